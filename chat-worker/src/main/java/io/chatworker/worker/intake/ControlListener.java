package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.Contract;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.run.StopReason;
import java.time.Instant;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out commands. One that can not be read is ignored: nobody waits for an answer to it. */
final class ControlListener {

    private static final Logger log = LoggerFactory.getLogger(ControlListener.class);
    private static final int MAX_BYTES = 64 * 1024;
    private static final int REST_OF_SECOND_MS = 999;

    private final RunningChats chats;
    private final Cancellations cancellations;
    private final Describer describer;
    private final JsonText json = new JsonText();

    ControlListener(RunningChats chats, Cancellations cancellations, Describer describer) {
        this.chats = chats;
        this.cancellations = cancellations;
        this.describer = describer;
    }

    /** Comes back at once; what takes longer goes on by itself. */
    void handle(BasicProperties properties, byte[] body) {
        switch (Objects.requireNonNullElse(properties.getType(), "")) {
            case Contract.TYPE_CANCEL -> cancel(properties, body);
            case Contract.TYPE_DESCRIBE -> describer.describeTo(properties.getReplyTo(), properties.getCorrelationId());
            default -> log.debug("a command of an unknown type is ignored");
        }
    }

    private void cancel(BasicProperties properties, byte[] body) {
        try {
            if (body.length > MAX_BYTES) {
                throw Rejection.invalid("", "must have at most " + MAX_BYTES + " bytes");
            }
            Problems problems = new Problems();
            Fields fields = new Fields(json.object(body), "", problems);
            String requestId = fields.id("request_id");
            String conversationId = fields.id("conversation_id");
            Instant sentAt = fields.instant("sent_at");
            problems.check();
            if (requestId != null) {
                cancellations.cancelRequest(requestId);
                chats.stopChats(chat -> chat.address().requestId().equals(requestId), StopReason.CANCELLED);
            }
            if (conversationId != null) {
                Instant sent = sentAt == null ? sentBy(properties) : sentAt;
                cancellations.cancelConversation(conversationId, sent);
                chats.stopChats(chat -> chat.address().conversationId().equals(conversationId), StopReason.CANCELLED);
            }
        } catch (Rejection e) {
            log.warn("a cancel that can not be read is ignored");
        }
    }

    /** An AMQP timestamp is a whole second: the command was sent somewhere in it. */
    private static Instant sentBy(BasicProperties properties) {
        return properties.getTimestamp() == null
                ? Instant.now()
                : properties.getTimestamp().toInstant().plusMillis(REST_OF_SECOND_MS);
    }
}
