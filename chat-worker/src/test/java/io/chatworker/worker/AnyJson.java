package io.chatworker.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Texts of JSON of any shape, and bytes that were some; for tests of what is read. */
public final class AnyJson {

    private static final List<String> KEYS = List.of("role", "content", "function", "name", "arguments", "a/b~c", "");

    private AnyJson() {}

    /** A value of any type, some levels deep. */
    public static Arbitrary<String> value() {
        return value(KEYS);
    }

    /** The same, with objects that have mostly these keys. */
    public static Arbitrary<String> value(List<String> keys) {
        return Arbitraries.recursive(AnyJson::scalar, inner -> container(keys, inner), 0, 3)
                .withoutEdgeCases();
    }

    /** An object of some such members, of which a key may be there twice. */
    public static Arbitrary<String> object(Arbitrary<String> members) {
        return members.list().ofMaxSize(4).map(list -> "{" + String.join(",", list) + "}");
    }

    /** An object of some of these keys, each once, mostly with a value of its own and now and then with any. */
    public static Arbitrary<String> objectOf(Map<String, Arbitrary<String>> keys) {
        List<Arbitrary<String>> members = keys.entrySet().stream()
                .map(entry -> Arbitraries.frequencyOf(Tuple.of(9, entry.getValue()), Tuple.of(1, value()))
                        .map(value -> member(entry.getKey(), value)))
                .toList();
        return once(Arbitraries.oneOf(members), 6);
    }

    private static Arbitrary<String> once(Arbitrary<String> members, int most) {
        return members.list().ofMaxSize(most).map(list -> {
            Map<String, String> byKey = new LinkedHashMap<>();
            list.forEach(member -> byKey.put(member.substring(0, member.indexOf(':')), member));
            return "{" + String.join(",", byKey.values()) + "}";
        });
    }

    public static String member(String key, String value) {
        return quoted(key) + ":" + value;
    }

    public static String quoted(String text) {
        return WorkerMapper.get().writeValueAsString(text);
    }

    private static Arbitrary<String> container(List<String> keys, Arbitrary<String> inner) {
        Arbitrary<String> key = Arbitraries.frequencyOf(Tuple.of(9, Arbitraries.of(keys)), Tuple.of(1, strings()));
        Arbitrary<String> object = once(Combinators.combine(key, inner).as(AnyJson::member), 4);
        Arbitrary<String> array =
                inner.list().ofMaxSize(4).map(values -> values.stream().collect(Collectors.joining(",", "[", "]")));
        return Arbitraries.oneOf(object, array, inner);
    }

    private static Arbitrary<String> scalar() {
        return Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.of("null", "true", "false", "0", "-1", "2.0", "1.5", "{}", "[]")),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                "99999999999",
                                "-9223372036854775809",
                                "1e400",
                                "1e1000000000",
                                "1e-1000000000",
                                "0.1E+2",
                                "\"\\ud83d\"",
                                "\"\\u0000\"",
                                "\"🌞\"")),
                Tuple.of(2, strings().map(AnyJson::quoted)),
                Tuple.of(1, Arbitraries.bigDecimals().ofScale(3).map(Object::toString)));
    }

    private static Arbitrary<String> strings() {
        return Arbitraries.strings().ascii().excludeChars(':').ofMaxLength(8);
    }

    /** Bytes with one to eight changes: another byte, one less, one more, a piece left out or twice. */
    public static Arbitrary<byte[]> damaged(Arbitrary<byte[]> whole) {
        Arbitrary<Change> change = Combinators.combine(
                        Arbitraries.of(Change.Kind.values()),
                        Arbitraries.integers().between(0, 1_000_000),
                        Arbitraries.frequencyOf(
                                Tuple.of(3, Arbitraries.bytes()),
                                Tuple.of(
                                        1,
                                        Arbitraries.of("{}[]\":,\\\n0"
                                                .chars()
                                                .mapToObj(c -> (byte) c)
                                                .toList()))),
                        Arbitraries.integers().between(1, 60))
                .as(Change::new);
        return Combinators.combine(whole, change.list().ofMinSize(1).ofMaxSize(8))
                .as((bytes, changes) -> {
                    byte[] damaged = bytes;
                    for (Change one : changes) {
                        damaged = one.of(damaged);
                    }
                    return damaged;
                });
    }

    private record Change(Kind kind, int at, byte value, int length) {

        enum Kind {
            OTHER,
            LESS,
            MORE,
            GAP,
            TWICE
        }

        byte[] of(byte[] bytes) {
            int place = at % (bytes.length + 1);
            return switch (kind) {
                case OTHER -> joined(bytes, place, new byte[] {value}, place + 1);
                case LESS -> joined(bytes, place, new byte[0], place + 1);
                case MORE -> joined(bytes, place, new byte[] {value}, place);
                case GAP -> joined(bytes, place, new byte[0], place + length);
                case TWICE -> joined(bytes, Math.min(place + length, bytes.length), new byte[0], place);
            };
        }

        /** All up to one place, then these, then all from the other place on. */
        private static byte[] joined(byte[] bytes, int to, byte[] between, int from) {
            int rest = Math.max(0, bytes.length - from);
            byte[] joined = new byte[to + between.length + rest];
            System.arraycopy(bytes, 0, joined, 0, to);
            System.arraycopy(between, 0, joined, to, between.length);
            System.arraycopy(bytes, bytes.length - rest, joined, to + between.length, rest);
            return joined;
        }
    }
}
