package io.chatworker.worker.control;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.Contract;
import io.chatworker.worker.decode.DecodeSettings;
import io.chatworker.worker.publish.Publishing;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Answers {@code chat.describe}, a few at once. */
public final class Describer {

    private static final int AT_ONCE = 4;

    private final DecodeSettings settings;
    private final SelfDescription self;
    private final String controlQueues;
    private final Publishing publishing;
    private final JsonMapper mapper;
    private final Semaphore slots = new Semaphore(AT_ONCE);

    /** {@code control}: other workers ask from their control queues, whose names begin with this exchange's. */
    public Describer(
            DecodeSettings settings, SelfDescription self, String control, Publishing publishing, JsonMapper mapper) {
        this.settings = settings;
        this.self = self;
        this.controlQueues = control + ".";
        this.publishing = publishing;
        this.mapper = mapper;
    }

    /** Answers on a thread of its own; not at all where the reply queue is not allowed or too many ask at once. */
    void describeTo(@Nullable String replyTo, @Nullable String correlationId) {
        if (replyTo == null || !isAllowed(replyTo) || !slots.tryAcquire()) {
            return;
        }
        Thread.startVirtualThread(() -> {
            try {
                BasicProperties properties = new BasicProperties.Builder()
                        .contentType("application/json")
                        .type(Contract.TYPE_DESCRIPTION)
                        .appId(Contract.APP_ID)
                        .correlationId(correlationId)
                        .deliveryMode(1)
                        .build();
                publishing.reply(replyTo, properties, mapper.writeValueAsBytes(self.now()));
            } finally {
                slots.release();
            }
        });
    }

    private boolean isAllowed(String replyTo) {
        return settings.allowsReplyTo(replyTo) || replyTo.startsWith(controlQueues);
    }
}
