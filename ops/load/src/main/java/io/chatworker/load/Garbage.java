package io.chatworker.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much a JVM has allocated, by its metrics. */
final class Garbage {

    /** Counted up to the last collection … */
    private static final Pattern COLLECTED = metric("jvm_gc_memory_allocated_bytes_total");
    /** … and what was allocated since lies in eden. */
    private static final Pattern EDEN = metric("jvm_memory_used_bytes\\{[^}]*Eden Space\"[^}]*}");

    private Garbage() {}

    private static Pattern metric(String name) {
        return Pattern.compile("^" + name + " ([0-9.Ee+]+)$", Pattern.MULTILINE);
    }

    /** Bytes allocated since the start, out of a scrape. */
    static double allocated(String scrape) {
        return number(COLLECTED, scrape) + number(EDEN, scrape);
    }

    /** Whether the two tell of a collection, which is counted only a moment after eden is empty. */
    static boolean isCollectedBetween(String before, String after) {
        return number(COLLECTED, before) != number(COLLECTED, after) || number(EDEN, before) > number(EDEN, after);
    }

    private static double number(Pattern pattern, String scrape) {
        Matcher found = pattern.matcher(scrape);
        return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }
}
