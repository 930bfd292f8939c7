package io.chatworker.worker.tools;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.Contract;
import io.chatworker.worker.broker.LargeBody;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a service sent into how its call ended: a content, an error, or an error about what was sent. Strict as with
 * requests: UTF-8 with or without a byte order mark, one object, no duplicate keys, a bounded depth, whole characters.
 * Throws nothing. Safe for any thread.
 */
final class ResultReader {

    private static final int MAX_DEPTH = 64;
    /** A tree takes some hundred bytes for each. */
    private static final long MAX_TOKENS = 250_000;

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final int maxBytes;
    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxTokenCount(MAX_TOKENS)
                            // The body's own size is bounded before.
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** {@code maxBytes}: of a result's body. */
    ResultReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    ToolEnd read(BasicProperties properties, byte[] body) {
        long bytes = LargeBody.sizeNotedIn(body).orElse(body.length);
        if (bytes > maxBytes) {
            return ToolEnd.error(
                    ToolOutcome.TOO_LARGE,
                    "the tool's result has " + bytes + " bytes, and " + maxBytes + " are the limit");
        }
        String type = properties.getType();
        if (type != null && !type.isEmpty() && !type.equals(Contract.TYPE_TOOL_RESULT)) {
            return unreadable("its type is not " + Contract.TYPE_TOOL_RESULT);
        }
        try {
            return read(mapper.readTree(text(body)));
        } catch (CharacterCodingException e) {
            return unreadable("it is not UTF-8");
        } catch (JacksonException | NumberFormatException e) {
            return unreadable("it is not the JSON that is accepted here");
        }
    }

    private static ToolEnd read(JsonNode result) {
        if (!result.isObject()) {
            return unreadable("it is no JSON object");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(result.toString())) {
            return unreadable("it holds half of a surrogate pair, which is no character");
        }
        JsonNode error = present(result, "error");
        if (error != null) {
            return error.isString()
                    ? ToolEnd.error(ToolOutcome.ERROR, error.stringValue())
                    : unreadable("its error is no text");
        }
        // A function that returns nothing has done its work all the same.
        JsonNode content = result.get("content");
        return content == null ? unreadable("it has neither content nor error") : ToolEnd.answered(content);
    }

    private static @Nullable JsonNode present(JsonNode result, String key) {
        JsonNode value = result.get(key);
        return value == null || value.isNull() ? null : value;
    }

    private static String text(byte[] body) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(body))
                .toString();
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
    }

    private static ToolEnd unreadable(String why) {
        return ToolEnd.error(ToolOutcome.ERROR, "the tool's result cannot be read: " + why);
    }
}
