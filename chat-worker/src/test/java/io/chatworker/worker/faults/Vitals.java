package io.chatworker.worker.faults;

import io.chatworker.worker.testing.WorkerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a worker process takes at one moment; on Linux.
 *
 * @param heapBytes what lives on the heap: counted after a full collection, which taking this causes
 * @param threads of the operating system, the JVM's own included
 * @param virtualThreads that live on the heap
 * @param descriptors open files and sockets
 * @param residentBytes memory as the operating system sees it
 */
record Vitals(long heapBytes, long threads, long virtualThreads, long descriptors, long residentBytes) {

    private static final Path PROC = Path.of("/proc");

    // Of the histogram: a class per line with its rank, instances, bytes and name, then the total without a rank.
    private static final Pattern HEAP = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern VIRTUAL_THREADS = Pattern.compile("(\\d+)\\s+\\d+\\s+java\\.lang\\.VirtualThread\\s");

    // Of the process' status.
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");
    private static final Pattern RESIDENT_KB = Pattern.compile("(?m)^VmRSS:\\s+(\\d+)");

    /** Whether this system tells it. */
    static boolean canBeTaken() {
        return Files.exists(PROC.resolve("self/status"));
    }

    static Vitals of(WorkerProcess worker) {
        Path process = PROC.resolve(Long.toString(worker.pid()));
        String histogram = worker.jcmd("GC.class_histogram");
        try (Stream<Path> open = Files.list(process.resolve("fd"))) {
            String status = Files.readString(process.resolve("status"));
            return new Vitals(
                    number(HEAP, histogram).orElseThrow(),
                    number(THREADS, status).orElseThrow(),
                    number(VIRTUAL_THREADS, histogram).orElse(0),
                    open.count(),
                    number(RESIDENT_KB, status).orElseThrow() * 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OptionalLong number(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .findFirst();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "heap %.2f MiB, %d threads, %d virtual, %d descriptors, resident %.0f MiB",
                heapBytes / 1048576.0,
                threads,
                virtualThreads,
                descriptors,
                residentBytes / 1048576.0);
    }
}
