package io.chatworker.worker.faults;

/**
 * What one fault did to the numbered requests.
 *
 * @param sent requests published; those that the broker did not confirm are promised nothing
 * @param failed with a failed or cancelled event
 * @param lost confirmed, and without a terminal event
 * @param duplicated terminal events beyond the first of a request
 * @param disordered answers whose chunks are not gapless, in order and the whole text
 * @param redelivered requests that were delivered more than once
 * @param seconds from the first request to the last terminal event
 */
record FaultResult(
        String fault,
        int sent,
        int confirmed,
        int completed,
        int failed,
        int lost,
        int duplicated,
        int disordered,
        int redelivered,
        double seconds) {}
