package io.chatworker.worker.decode;

import io.chatworker.contracts.Contract;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the keys of one JSON object without coercion between types; absent and {@code null} mean the same. What is
 * wrong is added to the problems, with the JSON Pointer of the key, and reads as absent.
 */
final class Fields {

    private static final Pattern RFC_3339 =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");

    private final JsonNode object;
    private final String path;
    private final Problems problems;

    Fields(JsonNode object, String path, Problems problems) {
        this.object = object;
        this.path = path;
        this.problems = problems;
    }

    @Nullable
    JsonNode present(String key) {
        JsonNode value = object.get(key);
        return value == null || value.isNull() ? null : value;
    }

    @Nullable
    String text(String key) {
        JsonNode value = present(key);
        if (value == null || is(value.isString(), key, "must be a string") == null) {
            return null;
        }
        return value.stringValue();
    }

    @Nullable
    String id(String key) {
        String text = text(key);
        if (text != null && !Contract.isId(text)) {
            problem(key, "must be 1 to 64 letters, digits, '_' or '-'");
            return null;
        }
        return text;
    }

    @Nullable
    Boolean flag(String key) {
        JsonNode value = present(key);
        if (value == null || is(value.isBoolean(), key, "must be true or false") == null) {
            return null;
        }
        return value.booleanValue();
    }

    @Nullable
    Integer integer(String key, int least, int most) {
        JsonNode value = present(key);
        if (value == null) {
            return null;
        }
        Long number = Numbers.whole(value);
        if (number == null || number < least || number > most) {
            problem(key, "must be a whole number from " + least + " to " + most);
            return null;
        }
        return number.intValue();
    }

    @Nullable
    Instant instant(String key) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        try {
            if (RFC_3339.matcher(text).matches()) {
                return OffsetDateTime.parse(text).toInstant();
            }
        } catch (DateTimeException e) {
            // Reported below, like any other text that is no instant.
        }
        problem(key, "must be an RFC 3339 instant such as 2026-11-21T12:00:00.000Z");
        return null;
    }

    <E extends Enum<E>> @Nullable E choice(String key, E[] choices, Function<E, String> wire) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        for (E choice : choices) {
            if (wire.apply(choice).equals(text)) {
                return choice;
            }
        }
        problem(key, "must be one of " + Arrays.stream(choices).map(wire).collect(Collectors.joining(", ")));
        return null;
    }

    @Nullable
    JsonNode object(String key) {
        JsonNode value = present(key);
        return value == null ? null : is(value.isObject(), key, "must be an object");
    }

    /** The objects of an array; empty where it is absent. */
    List<Fields> objects(String key) {
        JsonNode value = present(key);
        List<Fields> objects = new ArrayList<>();
        if (value == null || is(value.isArray(), key, "must be an array of objects") == null) {
            return objects;
        }
        for (int i = 0; i < value.size(); i++) {
            String at = path + "/" + key + "/" + i;
            if (value.get(i).isObject()) {
                objects.add(new Fields(value.get(i), at, problems));
            } else {
                problems.add(at, "must be an object");
            }
        }
        return objects;
    }

    /** The strings of an array as {@code reader} reads them, null for a wrong one; null where the array is absent. */
    @Nullable
    List<String> texts(String key, Function<String, @Nullable String> reader, String expected) {
        JsonNode value = present(key);
        if (value == null || is(value.isArray(), key, "must be an array of strings") == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            String text = value.get(i).isString() ? reader.apply(value.get(i).stringValue()) : null;
            if (text == null) {
                problem(key + "/" + i, expected);
            } else {
                texts.add(text);
            }
        }
        return texts;
    }

    /** The fields of an object; null where it is absent. */
    @Nullable
    Fields fields(String key) {
        JsonNode value = object(key);
        return value == null ? null : new Fields(value, path + "/" + key, problems);
    }

    JsonNode node() {
        return object;
    }

    void problem(String key, String problem) {
        problems.add(path + "/" + key, problem);
    }

    private @Nullable JsonNode is(boolean right, String key, String problem) {
        if (!right) {
            problem(key, problem);
            return null;
        }
        return object.get(key);
    }
}
