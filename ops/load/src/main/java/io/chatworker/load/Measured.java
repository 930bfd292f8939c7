package io.chatworker.load;

import java.util.EnumMap;
import java.util.Map;

/** The result of one trial. A metric that could not be measured is absent. */
record Measured(String scenario, String subject, int repeat, Map<Metric, Double> values) {

    Measured {
        values = new EnumMap<>(values);
    }

    boolean hasFaults() {
        return values.entrySet().stream().anyMatch(entry -> entry.getKey().isFault() && entry.getValue() != 0);
    }
}
