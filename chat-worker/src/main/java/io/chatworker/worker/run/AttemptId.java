package io.chatworker.worker.run;

import java.util.UUID;

/**
 * What tells one attempt from another.
 *
 * @param number 100 × earlier deliveries + the try in this delivery, counted from 1
 */
record AttemptId(int number, String run) {

    static final int MAX_TRIES = 99;
    private static final int MAX_DELIVERIES = 10_000_000;

    static AttemptId of(int earlierDeliveries, int tryInDelivery) {
        int number = 100 * Math.min(earlierDeliveries, MAX_DELIVERIES) + Math.min(tryInDelivery, MAX_TRIES);
        return new AttemptId(number, random());
    }

    /** A random id: 32 hexadecimal digits. */
    static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
