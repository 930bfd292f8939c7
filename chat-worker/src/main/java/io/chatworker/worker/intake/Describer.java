package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.Description;
import io.chatworker.worker.publish.Publishing;
import io.chatworker.worker.settings.Glob;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Answers {@code chat.describe}, a few at once. */
final class Describer {

    private static final int AT_ONCE = 4;

    private final List<Glob> replyToAllowed;
    private final Supplier<Description> description;
    private final Publishing publishing;
    private final JsonMapper mapper;
    private final Semaphore slots = new Semaphore(AT_ONCE);

    Describer(List<Glob> replyToAllowed, Supplier<Description> description, Publishing publishing, JsonMapper mapper) {
        this.replyToAllowed = replyToAllowed;
        this.description = description;
        this.publishing = publishing;
        this.mapper = mapper;
    }

    /** Answers on a thread of its own; not at all where the reply queue is not allowed or too many ask at once. */
    void describeTo(@Nullable String replyTo, @Nullable String correlationId) {
        if (replyTo == null
                || replyToAllowed.stream().noneMatch(glob -> glob.matches(replyTo))
                || !slots.tryAcquire()) {
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
                publishing.reply(replyTo, properties, mapper.writeValueAsBytes(description.get()));
            } finally {
                slots.release();
            }
        });
    }
}
