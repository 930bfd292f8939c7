package io.chatworker.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much a JVM has allocated, as {@code jcmd} tells, which costs the JVM next to nothing; a look at its metrics
 * makes megabytes. For the serial collector, which empties eden when it is full.
 */
final class Garbage {

    private static final Pattern COLLECTIONS = Pattern.compile("sun\\.gc\\.collector\\.0\\.invocations=(\\d+)");
    private static final Pattern EDEN = Pattern.compile("sun\\.gc\\.generation\\.0\\.space\\.0\\.capacity=(\\d+)");
    private static final Pattern USED = Pattern.compile("(?:DefNew|def new generation)\\s+total \\d+K, used (\\d+)K");

    private Garbage() {}

    /** Bytes that a JVM has allocated since its start; 0 where it has another collector. Ends what is no JVM. */
    static long allocated(long pid) throws IOException, InterruptedException {
        return allocated(jcmd(pid, "PerfCounter.print"), jcmd(pid, "GC.heap_info"));
    }

    /** As many edens as there were collections, and what was allocated since. */
    static long allocated(String counters, String heap) {
        long used = number(USED, heap);
        return used == 0 ? 0 : number(COLLECTIONS, counters) * number(EDEN, counters) + used * 1024;
    }

    private static String jcmd(long pid, String question) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process asked = new ProcessBuilder(jcmd, Long.toString(pid), question)
                .redirectErrorStream(true)
                .start();
        String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return asked.waitFor() == 0 ? answer : "";
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }
}
