package io.chatworker.worker.decode;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.GenerationOptions;
import io.chatworker.contracts.Overflow;
import io.chatworker.contracts.WhenUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A JSON object into a {@link ChatRequest}, with every problem found on the way. */
final class RequestReader {

    private static final int MAX_METADATA_BYTES = 4096;
    private static final int MAX_NAME = 256;

    private final JsonMapper mapper;
    private final TurnReader turns;
    private final Set<String> deniedOptions;

    RequestReader(JsonMapper mapper, Set<String> deniedOptions) {
        this.mapper = mapper;
        this.turns = new TurnReader(mapper);
        this.deniedOptions = deniedOptions;
    }

    /** Reads what can be read; the rest is absent and listed in {@code problems}. */
    ChatRequest read(JsonNode body, Problems problems) {
        Fields fields = new Fields(body, "", problems);
        Boolean regenerate = fields.flag("regenerate");
        String message = fields.text("message");
        if (message != null && message.isEmpty()) {
            fields.problem("message", "must have at least one character");
        }
        if (Boolean.TRUE.equals(regenerate) && message != null) {
            fields.problem("regenerate", "answers the last turn of the user again, and goes without a message");
        }
        return new ChatRequest(
                fields.id("request_id"),
                fields.id("conversation_id"),
                fields.instant("sent_at"),
                message,
                messages(fields),
                regenerate,
                name(fields, "agent"),
                fields.text("system"),
                name(fields, "model"),
                fields.flag("stream"),
                options(fields),
                think(fields),
                fields.choice("overflow", Overflow.values(), Overflow::wire),
                fields.integer("tool_rounds", 0, Integer.MAX_VALUE),
                tools(fields),
                format(fields),
                keepAlive(fields),
                fields.flag("logprobs"),
                fields.integer("top_logprobs", Integer.MIN_VALUE, Integer.MAX_VALUE),
                fields.instant("deadline"),
                fields.choice("when_unavailable", WhenUnavailable.values(), WhenUnavailable::wire),
                fields.integer("history_limit", 0, Integer.MAX_VALUE),
                fields.flag("return_history"),
                metadata(fields));
    }

    private @Nullable List<ChatMessage> messages(Fields fields) {
        return fields.present("messages") == null
                ? null
                : fields.objects("messages").stream().map(turns::read).toList();
    }

    private static @Nullable String name(Fields fields, String key) {
        String name = fields.text(key);
        if (name != null && (name.isBlank() || name.length() > MAX_NAME)) {
            fields.problem(key, "must be a name of 1 to " + MAX_NAME + " characters");
            return null;
        }
        return name;
    }

    private @Nullable GenerationOptions options(Fields fields) {
        Fields options = fields.fields("options");
        if (options == null) {
            return null;
        }
        OptionTypes.check(options, deniedOptions);
        return new GenerationOptions(turns.object(options.node()));
    }

    private static @Nullable Object think(Fields fields) {
        JsonNode think = fields.present("think");
        if (think == null || think.isBoolean()) {
            return think == null ? null : (Object) think.booleanValue();
        }
        if (!think.isString()) {
            fields.problem("think", "must be true, false or a level such as \"low\"");
            return null;
        }
        return think.stringValue();
    }

    private @Nullable List<Map<String, Object>> tools(Fields fields) {
        if (fields.present("tools") == null) {
            return null;
        }
        List<Map<String, Object>> tools = new ArrayList<>();
        fields.objects("tools").forEach(tool -> tools.add(turns.object(tool.node())));
        return tools;
    }

    private @Nullable Object format(Fields fields) {
        JsonNode format = fields.present("format");
        if (format == null) {
            return null;
        }
        if (!format.isObject() && !(format.isString() && format.stringValue().equals("json"))) {
            fields.problem("format", "must be \"json\" or a JSON schema object");
            return null;
        }
        return mapper.convertValue(format, Object.class);
    }

    private @Nullable Object keepAlive(Fields fields) {
        JsonNode keepAlive = fields.present("keep_alive");
        if (keepAlive == null) {
            return null;
        }
        boolean duration = keepAlive.isString() && GoDuration.isOne(keepAlive.stringValue());
        if (!duration && Numbers.real(keepAlive) == null) {
            fields.problem("keep_alive", "must be a number of seconds or a duration with its unit, such as \"5m\"");
            return null;
        }
        return mapper.convertValue(keepAlive, Object.class);
    }

    private @Nullable Map<String, @Nullable Object> metadata(Fields fields) {
        JsonNode metadata = fields.object("metadata");
        if (metadata == null) {
            return null;
        }
        if (mapper.writeValueAsBytes(metadata).length > MAX_METADATA_BYTES) {
            fields.problem("metadata", "must take at most " + MAX_METADATA_BYTES + " bytes as JSON");
            return null;
        }
        return turns.map(metadata);
    }
}
