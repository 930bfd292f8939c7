package io.chatworker.worker.faults;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Whether something grew in a series of samples: the medians of its first and last third, which no single sample moves.
 *
 * @param tolerance how much more the last may be: what requests in flight and connections on their way make of it
 */
record Trend(String what, long first, long last, long tolerance) {

    /** Of samples in their order. */
    static Trend of(String what, List<Vitals> samples, ToLongFunction<Vitals> measure, long tolerance) {
        int third = Math.max(1, samples.size() / 3);
        return new Trend(
                what,
                median(samples.subList(0, third), measure),
                median(samples.subList(samples.size() - third, samples.size()), measure),
                tolerance);
    }

    private static long median(List<Vitals> samples, ToLongFunction<Vitals> measure) {
        long[] sorted = samples.stream().mapToLong(measure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    boolean isFlat() {
        return last <= first + tolerance;
    }

    @Override
    public String toString() {
        return what + " " + first + " -> " + last + " (at most " + tolerance + " more)";
    }
}
