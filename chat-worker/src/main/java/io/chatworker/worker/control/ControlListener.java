package io.chatworker.worker.control;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.Contract;
import io.chatworker.worker.decode.CancelCommand;
import io.chatworker.worker.decode.CommandDecoder;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.run.Chat;
import io.chatworker.worker.run.OtherWorkers;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out commands. One that cannot be read is ignored: nobody waits for an answer to it. */
public final class ControlListener {

    private static final Logger log = LoggerFactory.getLogger(ControlListener.class);

    private final CommandDecoder decoder;
    private final Cancellations cancellations;
    private final Consumer<Predicate<Chat>> cancelInFlight;
    private final Describer describer;
    private final OtherWorkers others;

    /** {@code cancelInFlight} stops the chats in flight that match. */
    public ControlListener(
            CommandDecoder decoder,
            Cancellations cancellations,
            Consumer<Predicate<Chat>> cancelInFlight,
            Describer describer,
            OtherWorkers others) {
        this.decoder = decoder;
        this.cancellations = cancellations;
        this.cancelInFlight = cancelInFlight;
        this.describer = describer;
        this.others = others;
    }

    /** Returns at once; what takes longer runs on a thread of its own. */
    void handle(BasicProperties properties, byte[] body) {
        switch (Objects.requireNonNullElse(properties.getType(), "")) {
            case Contract.TYPE_CANCEL -> cancel(properties, body);
            case Contract.TYPE_DESCRIBE -> describer.describeTo(properties.getReplyTo(), properties.getCorrelationId());
            case Contract.TYPE_DESCRIPTION -> described(properties, body);
            default -> log.debug("a command of an unknown type is ignored");
        }
    }

    /** Commands and answers come to this queue from now on. */
    void listensTo(String queue) {
        others.answersGoTo(queue);
    }

    private void described(BasicProperties properties, byte[] body) {
        if (!others.isOpen(properties.getCorrelationId())) {
            return;
        }
        try {
            others.answered(properties.getCorrelationId(), decoder.description(body));
        } catch (Rejection e) {
            log.warn("a description that cannot be read is ignored");
        }
    }

    private void cancel(BasicProperties properties, byte[] body) {
        CancelCommand command;
        try {
            command = decoder.cancel(properties, body);
        } catch (Rejection e) {
            log.warn("a cancel that cannot be read is ignored");
            return;
        }
        String requestId = command.requestId();
        if (requestId != null) {
            cancellations.cancelRequest(requestId);
            cancelInFlight.accept(chat -> chat.address().requestId().equals(requestId));
        }
        String conversationId = command.conversationId();
        if (conversationId != null) {
            cancellations.cancelConversation(conversationId, command.sentAt());
            cancelInFlight.accept(chat -> chat.address().conversationId().equals(conversationId));
        }
    }
}
