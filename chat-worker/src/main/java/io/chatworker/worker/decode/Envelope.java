package io.chatworker.worker.decode;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The wrappings in which frameworks send what their users hand them. The contract takes none of them, so a wrapped
 * request is rejected; its sender is told which wrapping it is and what to send instead. Only a body without anything
 * to answer is looked at, so no valid request is taken for one.
 */
final class Envelope {

    /** {@code keys} are always there; {@code payload} says where the user's own data is. */
    private record Kind(String name, Set<String> keys, String payload) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("a CloudEvent in structured mode", Set.of("specversion", "type", "source"), "data"),
            new Kind("a MassTransit envelope", Set.of("message", "messageType"), "message"),
            new Kind("a NestJS message", Set.of("pattern", "data"), "data"),
            new Kind("a JSON-RPC call", Set.of("jsonrpc", "method"), "params"),
            new Kind("a Celery task", Set.of("task", "args"), "args"),
            new Kind("a Dramatiq message", Set.of("actor_name", "args"), "args"),
            new Kind("a Taskiq task", Set.of("task_name", "args"), "args"),
            new Kind("a Nameko call", Set.of("args", "kwargs"), "kwargs"),
            new Kind("a Laravel job", Set.of("job", "data"), "data"),
            new Kind("a Moleculer packet", Set.of("ver", "sender"), "data"),
            new Kind("a message with its headers", Set.of("headers", "payload"), "payload"));

    private static final int MAX_DEPTH = 4;

    private Envelope() {}

    /** What is wrong with a body that is no object. */
    static String notAnObject(JsonNode body) {
        if (body.isString()) {
            String text = body.stringValue().strip();
            return text.startsWith("{")
                    ? "is a JSON string that holds JSON: it was encoded twice; send the JSON object itself"
                    : "must be a JSON object, and is a string";
        }
        if (body.isArray()) {
            boolean celery =
                    body.size() == 3 && body.get(0).isArray() && body.get(1).isObject();
            return celery
                    ? "is the body of a Celery task ([args, kwargs, embed]); send the request itself, a JSON object"
                    : "must be a JSON object, and is an array";
        }
        return "must be a JSON object, and is "
                + (body.isNull() ? "null" : body.isBoolean() ? "a boolean" : "a number");
    }

    /** What is wrong with an object that wraps a request, or null where nothing says that it does. */
    static @Nullable String around(JsonNode body) {
        if (isRequest(body)) {
            return null;
        }
        for (Kind kind : KINDS) {
            if (kind.keys.stream().allMatch(body::has)) {
                return "is " + kind.name + "; send what is in '" + kind.payload
                        + "' as the body itself, an object with 'message' or 'messages'";
            }
        }
        String path = pathOfRequest(body, "", 0);
        return path == null
                ? null
                : "holds the request at " + path
                        + "; send that as the body itself, an object with 'message' or 'messages'";
    }

    private static String pointer(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    private static boolean isRequest(JsonNode node) {
        return node.path("message").isString() || node.path("messages").isArray();
    }

    private static @Nullable String pathOfRequest(JsonNode node, String path, int depth) {
        if (depth > 0 && isRequest(node)) {
            return path;
        }
        if (depth == MAX_DEPTH) {
            return null;
        }
        for (var member : node.properties()) {
            String found = pathOfRequest(member.getValue(), path + "/" + pointer(member.getKey()), depth + 1);
            if (found != null) {
                return found;
            }
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            String found = pathOfRequest(node.get(i), path + "/" + i, depth + 1);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
