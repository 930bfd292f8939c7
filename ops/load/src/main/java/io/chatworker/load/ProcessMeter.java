package io.chatworker.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CPU time, memory and threads of some processes together, read from Linux's {@code /proc}. */
final class ProcessMeter {

    /** {@code USER_HZ}, which is 100 on every Linux that Java runs on. */
    private static final long MICROS_PER_TICK = 10_000;

    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");

    private static final Pattern MODEL = Pattern.compile("model name\\s*: (.+)");

    private final List<Path> folders;

    ProcessMeter(List<Long> pids) {
        this.folders =
                pids.stream().map(pid -> Path.of("/proc", Long.toString(pid))).toList();
    }

    /** User and system time of all its threads, including those that have ended, in microseconds. */
    long cpuMicros() throws IOException {
        long micros = 0;
        for (Path folder : folders) {
            micros += cpuMicros(Files.readString(folder.resolve("stat")));
        }
        return micros;
    }

    static long cpuMicros(String stat) {
        // The name in parentheses may contain spaces; fields 14 and 15 are 12 and 13 after it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
    }

    /** Its peak resident memory, in bytes. */
    long peakBytes() throws IOException {
        return sum(PEAK) * 1024;
    }

    /** Its current number of operating-system threads. */
    int threads() throws IOException {
        return (int) sum(THREADS);
    }

    private long sum(Pattern pattern) throws IOException {
        long sum = 0;
        for (Path folder : folders) {
            sum += number(pattern, Files.readString(folder.resolve("status")));
        }
        return sum;
    }

    /** The model name of the processor. */
    static String cpuModel() throws IOException {
        Matcher found = MODEL.matcher(Files.readString(Path.of("/proc/cpuinfo")));
        return found.find() ? found.group(1) : "unknown";
    }

    private static long number(Pattern pattern, String status) {
        Matcher found = pattern.matcher(status);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }
}
