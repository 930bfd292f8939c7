package io.chatworker.worker.faults;

import io.chatworker.worker.testing.ScriptedAnswer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the scripted Ollama says to request number n: always the same, at a model's pace. */
final class NumberedAnswers {

    private static final String QUESTION = "Request ";
    private static final int PIECES = 10;
    private static final Duration PACE = Duration.ofMillis(40);

    private volatile @Nullable CountDownLatch beforeTheFirst;
    private volatile @Nullable CountDownLatch inTheMiddle;
    private volatile boolean callsTool;
    private volatile IntFunction<@Nullable ScriptedAnswer> between = _ -> null;

    static String question(int number) {
        return QUESTION + number;
    }

    /** The whole text. */
    static String text(int number) {
        return IntStream.range(0, PIECES)
                .mapToObj(piece -> piece(number, piece))
                .collect(Collectors.joining());
    }

    private static String piece(int number, int piece) {
        return "№" + number + ":" + piece + " ";
    }

    /** From now on nothing is said before the signal. */
    CountDownLatch holdFirstTokens() {
        CountDownLatch signal = new CountDownLatch(1);
        beforeTheFirst = signal;
        return signal;
    }

    /** From now on answers stop half-way until the signal. */
    CountDownLatch holdHalfWay() {
        CountDownLatch signal = new CountDownLatch(1);
        inTheMiddle = signal;
        return signal;
    }

    /** From now on something between answers those requests, by their numbers, for which this has an answer. */
    void answeredBetween(IntFunction<@Nullable ScriptedAnswer> answer) {
        between = answer;
    }

    /** From now on each answer calls the tool of this number half-way, and goes on with the result. */
    void callTool() {
        callsTool = true;
    }

    boolean callsTool() {
        return callsTool;
    }

    ScriptedAnswer to(JsonNode call) {
        JsonNode turns = call.at("/messages");
        int number = turns.valueStream()
                .filter(turn -> turn.path("role").asString("").equals("user"))
                .map(turn -> turn.path("content").asString("").substring(QUESTION.length()))
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElseThrow();
        boolean goesOn = turns.path(turns.size() - 1).path("role").asString("").equals("tool");
        ScriptedAnswer foreign = between.apply(number);
        if (foreign != null) {
            return foreign;
        }
        ScriptedAnswer answer = ScriptedAnswer.streaming();
        awaiting(answer, beforeTheFirst);
        int end = callsTool && !goesOn ? PIECES / 2 : PIECES;
        for (int piece = goesOn ? PIECES / 2 : 0; piece < end; piece++) {
            if (piece == PIECES / 2) {
                awaiting(answer, inTheMiddle);
            }
            answer.text(piece(number, piece)).pause(PACE);
        }
        return end == PIECES
                ? answer.done()
                : answer.calls(NumberedTool.call(number)).done();
    }

    private static void awaiting(ScriptedAnswer answer, @Nullable CountDownLatch signal) {
        if (signal != null) {
            answer.await(signal);
        }
    }
}
