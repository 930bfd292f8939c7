package io.chatworker.load;

import java.util.EnumMap;
import java.util.Map;

/** The result of one trial. A metric that could not be measured is absent. */
record Measured(String scenario, String subject, int repeat, Map<Metric, Double> values) {

    Measured {
        values = new EnumMap<>(values);
    }

    /** Whether the subject broke a promise of its own. */
    boolean hasFaults() {
        boolean promisesNothing = Subject.NAMED.stream()
                .anyMatch(named -> named.name().equals(subject) && !named.kind().keepsOrder());
        return !promisesNothing
                && values.entrySet().stream().anyMatch(entry -> entry.getKey().isFault() && entry.getValue() != 0);
    }
}
