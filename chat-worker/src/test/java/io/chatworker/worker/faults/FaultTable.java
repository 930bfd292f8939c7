package io.chatworker.worker.faults;

import io.chatworker.worker.testing.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * The results of a run's fault tests, in {@code target/faults.md} and, one object a line, {@code target/faults.jsonl}.
 * {@code ops/test} removes both before it starts; the JVMs of a run append to them.
 */
final class FaultTable {

    private static final Path MARKDOWN = Path.of("target", "faults.md");
    private static final Path JSON = Path.of("target", "faults.jsonl");
    private static final String HEAD = """
            | fault | sent | confirmed | completed | failed | lost | duplicated | disordered | redelivered | seconds |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            """;

    private FaultTable() {}

    /** Written each time, so that a run that is broken off leaves what it had. */
    static synchronized void add(FaultResult result) {
        append(JSON, "", Json.MAPPER.writeValueAsString(result) + "\n");
        append(MARKDOWN, HEAD, row(result));
    }

    private static void append(Path file, String head, String line) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Released with the channel.
            channel.lock();
            channel.position(channel.size());
            String text = channel.size() == 0 ? head + line : line;
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
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
