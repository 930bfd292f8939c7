package io.chatworker.client;

import com.rabbitmq.client.Delivery;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatEvent;
import io.chatworker.contracts.Chunk;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.EventName;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.Started;
import io.chatworker.contracts.ToolCallEvent;
import io.chatworker.contracts.ToolResultEvent;
import io.chatworker.contracts.Waiting;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * An event as it arrived. What it is says the AMQP {@code type}: in a reply queue the routing key is the queue's name.
 *
 * @param routingKey {@code <conversation_id>.<request_id>.<event>} where it came by an exchange
 * @param body JSON; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ReceivedEvent(String type, String routingKey, byte[] body) {

    private static final String PREFIX = "chat.";

    static ReceivedEvent of(Delivery delivery) {
        return new ReceivedEvent(
                String.valueOf(delivery.getProperties().getType()),
                delivery.getEnvelope().getRoutingKey(),
                delivery.getBody());
    }

    /** The event's name: the type without {@code chat.}. */
    public String name() {
        return type.startsWith(PREFIX) ? type.substring(PREFIX.length()) : type;
    }

    /**
     * The event; empty for one that this version does not know, which a reader steps over.
     *
     * @throws IllegalArgumentException where the body is not what its type says
     */
    public Optional<ChatEvent> decode() {
        Optional<EventName> known = Arrays.stream(EventName.values())
                .filter(event -> event.wire().equals(name()))
                .findFirst();
        try {
            return known.map(event -> whole(Json.MAPPER.readValue(body, typeOf(event))));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a " + type + ": its JSON cannot be read", e);
        }
    }

    private static Class<? extends ChatEvent> typeOf(EventName event) {
        return switch (event) {
            case STARTED -> Started.class;
            case WAITING -> Waiting.class;
            case CHUNK -> Chunk.class;
            case TOOL_CALL -> ToolCallEvent.class;
            case TOOL_RESULT -> ToolResultEvent.class;
            case COMPLETED -> Completed.class;
            case FAILED -> Failed.class;
            case CANCELLED -> Cancelled.class;
        };
    }

    /** Has what every reader relies on; Jackson leaves null what is absent. */
    private <T extends ChatEvent> T whole(@Nullable T event) {
        if (event == null) {
            throw new IllegalArgumentException("not a " + type + ": null");
        }
        need("request_id", event.requestId());
        need("conversation_id", event.conversationId());
        need("run", event.run());
        if (event instanceof Completed completed) {
            need("message", completed.message());
        } else if (event instanceof Failed failed) {
            need("error", failed.error());
            need("error.code", failed.error().code());
        } else if (event instanceof Cancelled cancelled) {
            need("reason", cancelled.reason());
        }
        return event;
    }

    private void need(String key, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("not a " + type + ": without " + key);
        }
    }
}
