package io.chatworker.worker.publish;

import org.jspecify.annotations.Nullable;

/**
 * Whom the events of one request concern.
 *
 * @param correlationId the request's own, else its request id
 * @param replyTo a queue that gets a copy of every event; null for none
 * @param trace the W3C trace context
 */
public record Address(
        String requestId,
        String conversationId,
        String correlationId,
        @Nullable String replyTo,
        TraceContext trace) {

    private static final String DIRECT_REPLY_TO = "amq.rabbitmq.reply-to.";

    /** Whether the requester uses direct reply-to, and so has no queue that can be seen to be gone. */
    boolean isDirectReply() {
        return replyTo != null && isDirectReply(replyTo);
    }

    static boolean isDirectReply(String replyTo) {
        return replyTo.startsWith(DIRECT_REPLY_TO);
    }

    /** The same, in another trace. */
    public Address in(TraceContext trace) {
        return new Address(requestId, conversationId, correlationId, replyTo, trace);
    }

    /** For a requester who is gone. */
    Address withoutReplyTo() {
        return new Address(requestId, conversationId, correlationId, null, trace);
    }

    /**
     * Whether a message to the reply queue may be mandatory. For direct reply-to it may not: RabbitMQ 3.10 returns
     * such messages although it delivers them.
     */
    boolean repliesMandatory() {
        return replyTo != null && !isDirectReply();
    }
}
