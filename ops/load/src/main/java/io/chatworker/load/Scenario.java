package io.chatworker.load;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The load on a subject: a number of concurrent answers, each at its pace; when one ends, the next is requested.
 *
 * @param rate tokens per second of each stream; 0: as fast as they are read
 * @param answerTokens tokens of an answer
 * @param requestBytes approximate size of the history in each request
 * @param toolCallBytes if not 0, an answer is one tool call of this size
 * @param readDelay how long the consumer takes for each event
 */
record Scenario(
        String name,
        String about,
        int streams,
        double rate,
        int answerTokens,
        int requestBytes,
        int toolCallBytes,
        Duration readDelay) {

    private static final int PACED_TOKENS = 500;
    private static final int SATURATED_TOKENS = 1_000;
    private static final Pattern PACED = Pattern.compile("(\\d{1,5})x(\\d{1,4}(?:\\.\\d{1,3})?)");
    private static final Pattern HISTORY = Pattern.compile("history-(\\d{1,4})k");
    private static final Pattern SATURATED = Pattern.compile("saturated-(\\d{1,5})");

    /** All scenarios with a name of their own. */
    static final List<Scenario> NAMED = List.of(
            paced(20, "50"),
            paced(100, "20"),
            paced(1_000, "2"),
            paced(5_000, "1"),
            saturated(20),
            saturated(200),
            history(200),
            new Scenario(
                    "tool-call",
                    "2 streams, each answer one tool call of 7.9 MB",
                    2,
                    0,
                    1,
                    0,
                    7_900_000,
                    Duration.ZERO),
            new Scenario(
                    "slow-consumer",
                    "100 streams at 20 tokens/s, whose reader takes 1 ms for each event",
                    100,
                    20,
                    PACED_TOKENS,
                    0,
                    0,
                    Duration.ofMillis(1)));

    /** The default scenarios, which take less than five minutes. */
    static final List<String> USUAL = List.of("100x20", "saturated-20", "5000x1");

    /**
     * The scenario of that name; those like {@code 300x10}, {@code saturated-50} and {@code history-200k}
     * are created on demand.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Scenario named(String name) {
        Matcher paced = PACED.matcher(name);
        Matcher saturated = SATURATED.matcher(name);
        if (paced.matches() && Integer.parseInt(paced.group(1)) > 0 && Double.parseDouble(paced.group(2)) > 0) {
            return paced(Integer.parseInt(paced.group(1)), paced.group(2));
        }
        Matcher history = HISTORY.matcher(name);
        if (history.matches()) {
            return history(Integer.parseInt(history.group(1)));
        }
        if (saturated.matches() && Integer.parseInt(saturated.group(1)) > 0) {
            return saturated(Integer.parseInt(saturated.group(1)));
        }
        return NAMED.stream()
                .filter(scenario -> scenario.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario is called '" + name
                        + "': --list shows them; STREAMSxRATE, saturated-STREAMS and history-SIZEk make others"));
    }

    private static Scenario paced(int streams, String rate) {
        return new Scenario(
                streams + "x" + rate,
                streams + " streams at " + rate + " tokens/s",
                streams,
                Double.parseDouble(rate),
                PACED_TOKENS,
                0,
                0,
                Duration.ZERO);
    }

    private static Scenario saturated(int streams) {
        return new Scenario(
                "saturated-" + streams,
                streams + " streams as fast as they are read",
                streams,
                0,
                SATURATED_TOKENS,
                0,
                0,
                Duration.ZERO);
    }

    private static Scenario history(int kilobytes) {
        return new Scenario(
                "history-" + kilobytes + "k",
                "4 streams at 50 tokens/s, 100 tokens each, for requests of " + kilobytes + " KB",
                4,
                50,
                100,
                kilobytes * 1_000,
                0,
                Duration.ZERO);
    }

    boolean isPaced() {
        return rate > 0;
    }

    /** The time between two tokens of a stream. */
    long periodNanos() {
        return isPaced() ? (long) (1_000_000_000 / rate) : 0;
    }
}
