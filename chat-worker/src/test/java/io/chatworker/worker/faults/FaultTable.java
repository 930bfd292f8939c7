package io.chatworker.worker.faults;

import io.chatworker.worker.testing.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results of this JVM's fault tests, in {@code target/faults.md} and {@code target/faults.json}. */
final class FaultTable {

    private static final Path MARKDOWN = Path.of("target", "faults.md");
    private static final Path JSON = Path.of("target", "faults.json");
    private static final String HEAD = """
            | fault | sent | confirmed | completed | failed | lost | duplicated | disordered | redelivered | seconds |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            """;

    private static final List<FaultResult> RESULTS = new ArrayList<>();

    private FaultTable() {}

    /** Written each time, so that a run that is broken off leaves what it had. */
    static synchronized void add(FaultResult result) {
        RESULTS.add(result);
        StringBuilder table = new StringBuilder(HEAD);
        RESULTS.forEach(one -> table.append(row(one)));
        try {
            Files.writeString(MARKDOWN, table);
            Files.writeString(JSON, Json.MAPPER.writeValueAsString(RESULTS) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String row(FaultResult one) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %.1f |%n",
                one.fault(),
                one.sent(),
                one.confirmed(),
                one.completed(),
                one.failed(),
                one.lost(),
                one.duplicated(),
                one.disordered(),
                one.redelivered(),
                one.seconds());
    }
}
