package io.chatworker.worker.decode;

import io.chatworker.worker.prompt.Rejection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bytes into a JSON object, strictly: UTF-8 with or without a byte order mark, one value, no duplicate keys, a bounded
 * depth, whole characters.
 */
final class JsonText {

    static final int MAX_DEPTH = 64;
    private static final String BYTE_ORDER_MARK = "\ufeff";
    /** A tree takes some hundred bytes for each, however short the text: eight megabytes of braces would be a gigabyte. */
    private static final long MAX_TOKENS = 250_000;

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
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    JsonNode object(byte[] body) throws Rejection {
        JsonNode tree = parse(text(body));
        if (!tree.isObject()) {
            throw Rejection.invalid("", Envelope.notAnObject(tree));
        }
        Problems problems = new Problems();
        findHalfCharacters(tree, new ArrayDeque<>(), problems);
        problems.check();
        return tree;
    }

    private static String text(byte[] body) throws Rejection {
        try {
            // A new decoder reports what is malformed. Jackson by itself would also take UTF-16.
            return withoutMark(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException e) {
            throw Rejection.invalid("", "must be UTF-8, and " + lookOf(body));
        }
    }

    /** Steps over a byte order mark. */
    static String withoutMark(String text) {
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
    }

    private static String lookOf(byte[] body) {
        int first = body.length < 2 ? 0 : ((body[0] & 0xff) << 8) | (body[1] & 0xff);
        return switch (first) {
            case 0xfeff, 0xfffe -> "looks like UTF-16";
            case 0x1f8b -> "looks like gzip";
            case 0xaced -> "looks like Java serialization";
            default -> "is not";
        };
    }

    private JsonNode parse(String text) throws Rejection {
        try (JsonParser parser = mapper.createParser(text)) {
            try {
                JsonNode tree = mapper.readTree(parser);
                if (tree == null || tree.isMissingNode()) {
                    throw Rejection.invalid("", "must be a JSON object, and is empty");
                }
                if (parser.nextToken() != null) {
                    throw Rejection.invalid("", "must be one JSON value, and more follows it");
                }
                return tree;
            } catch (JacksonException e) {
                throw notJson(pathOf(parser, e), e.getOriginalMessage());
            } catch (NumberFormatException e) {
                // Jackson's word for an exponent beyond 32 bits.
                throw notJson("", "a number is too large");
            }
        }
    }

    private static Rejection notJson(String path, String why) {
        Problems problems = new Problems();
        problems.add(path, "is not the JSON that is accepted here: " + why);
        return problems.rejection();
    }

    /** Duplicates and depths have a place; for what is no JSON the whole body is to blame. */
    private static String pathOf(JsonParser parser, JacksonException e) {
        return e.getOriginalMessage().startsWith("Duplicate")
                ? parser.streamReadContext().pathAsPointer().toString()
                : "";
    }

    /** {@code at}: the keys on the way here; a path is only made of them where there is something to tell. */
    private static void findHalfCharacters(JsonNode node, Deque<String> at, Problems problems) {
        if (problems.areMany()) {
            return;
        }
        if (node.isString() && !isWhole(node.stringValue())) {
            problems.add(pointer(at), "holds half of a surrogate pair, which is no character");
        }
        node.properties().forEach(entry -> {
            if (!isWhole(entry.getKey())) {
                problems.add(pointer(at), "has a key with half of a surrogate pair, which is no character");
            }
            at.addLast(entry.getKey());
            findHalfCharacters(entry.getValue(), at, problems);
            at.removeLast();
        });
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            at.addLast(String.valueOf(i));
            findHalfCharacters(node.get(i), at, problems);
            at.removeLast();
        }
    }

    private static boolean isWhole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static String pointer(Deque<String> keys) {
        return keys.stream()
                .map(key -> "/" + key.replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());
    }
}
