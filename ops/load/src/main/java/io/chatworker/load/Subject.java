package io.chatworker.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is measured: the worker, a variant of it, or a reference.
 *
 * @param flags for its JVM, after those of all subjects
 * @param environment overrides what a trial sets
 * @param jar the jar of another worker
 */
record Subject(
        String name,
        Kind kind,
        List<String> flags,
        Map<String, String> environment,
        @Nullable Path jar) {

    enum Kind {
        WORKER,
        RELAY,
        PERF_TEST
    }

    static final Subject WORKER = new Subject("worker", Kind.WORKER, List.of(), Map.of(), null);
    static final Subject RELAY = new Subject("relay", Kind.RELAY, List.of(), Map.of(), null);
    static final Subject PERF_TEST = new Subject("perf-test", Kind.PERF_TEST, List.of(), Map.of(), null);

    /**
     * One of the three.
     *
     * @throws IllegalArgumentException for any other name
     */
    static Subject named(String name) {
        return List.of(WORKER, RELAY, PERF_TEST).stream()
                .filter(subject -> subject.name.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("no subject is called '" + name + "': worker, relay, perf-test"));
    }

    /**
     * A worker with a difference: {@code NAME=WORDS}, each word a flag of the JVM ({@code -…}), a variable
     * ({@code CHAT_…=value}) or another program ({@code jar=path}).
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
        for (String word : text.substring(equals + 1).strip().split("\\s+", -1)) {
            int at = word.indexOf('=');
            if (word.startsWith("-")) {
                flags.add(word);
            } else if (word.startsWith("jar=")) {
                jar = Path.of(word.substring("jar=".length()));
            } else if (at > 0 && word.substring(0, at).matches("[A-Z][A-Z0-9_]*")) {
                environment.put(word.substring(0, at), word.substring(at + 1));
            } else {
                throw new IllegalArgumentException(
                        "a variant's words are flags of the JVM, VARIABLE=value or jar=path: " + word);
            }
        }
        return new Subject(text.substring(0, equals), Kind.WORKER, List.copyOf(flags), Map.copyOf(environment), jar);
    }
}
