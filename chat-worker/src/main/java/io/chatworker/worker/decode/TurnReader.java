package io.chatworker.worker.decode;

import io.chatworker.contracts.ChatMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the turns of {@code messages}; keys that are not Ollama's are kept. */
final class TurnReader {

    private static final Set<String> ROLES =
            Set.of(ChatMessage.SYSTEM, ChatMessage.USER, ChatMessage.ASSISTANT, ChatMessage.TOOL);
    private static final Set<String> OLLAMAS =
            Set.of("role", "content", "thinking", "images", "tool_calls", "tool_name", "tool_call_id");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]+={0,2}");
    private static final Pattern LINE_BREAKS = Pattern.compile("[\r\n]+");
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private static final TypeReference<Map<String, @Nullable Object>> NULLABLES = new TypeReference<>() {};

    private final JsonMapper mapper;

    TurnReader(JsonMapper mapper) {
        this.mapper = mapper;
    }

    ChatMessage read(Fields turn) {
        String role = turn.text("role");
        if (role == null ? turn.present("role") == null : !ROLES.contains(role)) {
            turn.problem("role", "must be system, user, assistant or tool");
        }
        return new ChatMessage(
                role == null ? "" : role,
                turn.text("content"),
                turn.text("thinking"),
                images(turn),
                toolCalls(turn),
                turn.text("tool_name"),
                turn.text("tool_call_id"),
                other(turn));
    }

    private static @Nullable List<String> images(Fields turn) {
        return turn.texts(
                "images",
                TurnReader::image,
                "must be a string of base64 (RFC 4648 section 4), without 'data:' in front");
    }

    /** Many encoders break lines, which Ollama is not to see. */
    private static @Nullable String image(String text) {
        String base64 = LINE_BREAKS.matcher(text).replaceAll("");
        return base64.length() % 4 == 0 && BASE64.matcher(base64).matches() ? base64 : null;
    }

    private @Nullable List<Map<String, Object>> toolCalls(Fields turn) {
        if (turn.present("tool_calls") == null) {
            return null;
        }
        List<Map<String, Object>> calls = new ArrayList<>();
        for (Fields call : turn.objects("tool_calls")) {
            var _ = call.text("id");
            Fields function = call.fields("function");
            if (function == null) {
                if (call.present("function") == null) {
                    call.problem("function", "must be an object with a name");
                }
            } else {
                if (function.text("name") == null && function.present("name") == null) {
                    function.problem("name", "must be a string");
                }
                var _ = function.integer("index", Integer.MIN_VALUE, Integer.MAX_VALUE);
                var _ = function.object("arguments");
            }
            calls.add(mapper.convertValue(call.node(), OBJECT));
        }
        return calls;
    }

    private @Nullable Map<String, Object> other(Fields turn) {
        Map<String, Object> other = new LinkedHashMap<>();
        turn.node().properties().forEach(entry -> {
            if (!OLLAMAS.contains(entry.getKey())) {
                other.put(entry.getKey(), mapper.convertValue(entry.getValue(), Object.class));
            }
        });
        return other.isEmpty() ? null : other;
    }

    /** An object as it is. */
    Map<String, Object> object(JsonNode object) {
        return mapper.convertValue(object, OBJECT);
    }

    Map<String, @Nullable Object> map(JsonNode object) {
        return mapper.convertValue(object, NULLABLES);
    }
}
