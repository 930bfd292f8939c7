package io.chatworker.cli;

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
import tools.jackson.databind.node.ObjectNode;

/** An event as it arrived. Its name comes from the type, since with {@code reply_to} the routing key does not have it. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Event(String routingKey, String type, byte[] body) {

    private static final String TYPE_PREFIX = "chat.";

    /** @throws RuntimeException if this is not an event of this contract */
    ChatEvent decode() {
        return switch (EventName.of(name())) {
            case STARTED -> Json.read(body, Started.class);
            case WAITING -> Json.read(body, Waiting.class);
            case CHUNK -> Json.read(body, Chunk.class);
            case TOOL_CALL -> Json.read(body, ToolCallEvent.class);
            case TOOL_RESULT -> Json.read(body, ToolResultEvent.class);
            case COMPLETED -> Json.read(body, Completed.class);
            case FAILED -> Json.read(body, Failed.class);
            case CANCELLED -> Json.read(body, Cancelled.class);
        };
    }

    private String name() {
        return type.startsWith(TYPE_PREFIX) ? type.substring(TYPE_PREFIX.length()) : type;
    }

    /** The body on one line, with the type in front, which the body does not contain. */
    String jsonLine() {
        ObjectNode line = Json.object().put("type", type);
        if (Json.tree(body) instanceof ObjectNode fields) {
            line.setAll(fields);
        }
        return Json.line(line);
    }
}
