package io.chatworker.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is measured: the worker, a variant of it, or a reference.
 *
 * @param flags for its JVM, after those of all subjects
 * @param environment overrides what a trial sets
 * @param jar the jar of another worker
 * @param copies how many workers share the queue and the streams
 */
record Subject(
        String name,
        Kind kind,
        List<String> flags,
        Map<String, String> environment,
        @Nullable Path jar,
        int copies) {

    enum Kind {
        WORKER,
        RELAY,
        GO_RELAY,
        SPRING,
        FASTSTREAM,
        PERF_TEST;

        /** Whether it runs on a JVM that {@code jcmd} may ask; the question would end any other process. */
        boolean isOnAJvm() {
            return this != GO_RELAY && this != FASTSTREAM;
        }

        /** Whether it promises that no token is lost or out of order. */
        boolean keepsOrder() {
            return this == WORKER || this == RELAY;
        }
    }

    static final Subject WORKER = of("worker", Kind.WORKER);
    static final Subject RELAY = of("relay", Kind.RELAY);
    static final Subject GO_RELAY = of("go-relay", Kind.GO_RELAY);
    static final Subject SPRING = of("spring", Kind.SPRING);
    static final Subject FASTSTREAM = of("faststream", Kind.FASTSTREAM);
    static final Subject PERF_TEST = of("perf-test", Kind.PERF_TEST);

    /** All with a name of their own, in the order shown. */
    static final List<Subject> NAMED = List.of(WORKER, RELAY, GO_RELAY, SPRING, FASTSTREAM, PERF_TEST);

    private static Subject of(String name, Kind kind) {
        return new Subject(name, kind, List.of(), Map.of(), null, 1);
    }

    /**
     * One of those.
     *
     * @throws IllegalArgumentException for any other name
     */
    static Subject named(String name) {
        return NAMED.stream()
                .filter(subject -> subject.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no subject is called '" + name + "': "
                        + NAMED.stream().map(Subject::name).collect(Collectors.joining(", "))));
    }

    /**
     * A worker with a difference: {@code NAME=WORDS}, each word a flag of the JVM ({@code -…}), a variable
     * ({@code CHAT_…=value}), another program ({@code jar=path}) or a number of workers ({@code workers=2}).
     *
     * @throws IllegalArgumentException for anything else
     */
    static Subject variant(String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || text.substring(equals + 1).isBlank()) {
            throw new IllegalArgumentException("a variant is NAME=WORDS: " + text);
        }
        List<String> flags = new ArrayList<>();
        Map<String, String> environment = new LinkedHashMap<>();
        Path jar = null;
        int copies = 1;
        for (String word : text.substring(equals + 1).strip().split("\\s+", -1)) {
            int at = word.indexOf('=');
            if (word.startsWith("-")) {
                flags.add(word);
            } else if (word.startsWith("jar=")) {
                jar = Path.of(word.substring("jar=".length()));
            } else if (word.matches("workers=[1-9]\\d?")) {
                copies = Integer.parseInt(word.substring("workers=".length()));
            } else if (at > 0 && word.substring(0, at).matches("[A-Z][A-Z0-9_]*")) {
                environment.put(word.substring(0, at), word.substring(at + 1));
            } else {
                throw new IllegalArgumentException(
                        "a variant's words are flags of the JVM, VARIABLE=value, jar=path or workers=N: " + word);
            }
        }
        return new Subject(
                text.substring(0, equals), Kind.WORKER, List.copyOf(flags), Map.copyOf(environment), jar, copies);
    }
}
