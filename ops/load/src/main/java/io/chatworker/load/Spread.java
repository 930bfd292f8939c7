package io.chatworker.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What several rounds measured. */
record Spread(double median, double least, double most) {

    /** Of these values; null where there are none. */
    static @Nullable Spread of(List<Double> values) {
        if (values.isEmpty()) {
            return null;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }
}
