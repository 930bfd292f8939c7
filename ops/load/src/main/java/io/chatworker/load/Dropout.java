package io.chatworker.load;

/**
 * A subject that failed, and so took no further part in its scenario.
 *
 * @param round the round in which it failed; 0 is its start
 */
record Dropout(String scenario, String subject, int round, String reason) {

    @Override
    public String toString() {
        return subject + " took no part in " + scenario + (round == 0 ? "" : " from round " + round + " on") + ": "
                + reason;
    }
}
