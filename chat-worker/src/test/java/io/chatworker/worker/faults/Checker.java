package io.chatworker.worker.faults;

import io.chatworker.contracts.AnswerAssembler;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatEvent;
import io.chatworker.contracts.Chunk;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.Started;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.contracts.ToolCallEvent;
import io.chatworker.contracts.ToolResultEvent;
import io.chatworker.contracts.Waiting;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.testing.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Judges what was seen of numbered requests: whether every confirmed one ended (law 2), each in the same way where more
 * than once, and none failed for its own sake; and whether the chunks of the attempt that counts are gapless, in order
 * and the message (law 3), which is the one that belongs to the number. The attempt that counts is found as the contract
 * tells consumers to.
 */
final class Checker {

    private final boolean maySkipChunks;
    private final Set<ErrorCode> mayFailWith;
    private int completed;
    private int failed;
    private int lost;
    private int duplicated;
    private int disordered;
    private int redelivered;
    private final List<String> problems = new ArrayList<>();
    private final Set<String> failures = new TreeSet<>();
    private final Set<String> dead = new TreeSet<>();

    /**
     * @param maySkipChunks the fault takes chunks from the witness, such as with the exchange's bindings
     * @param mayFailWith what the fault may end requests with, beside what may pass
     */
    Checker(boolean maySkipChunks, ErrorCode... mayFailWith) {
        this.maySkipChunks = maySkipChunks;
        this.mayFailWith = Set.of(mayFailWith);
    }

    /** Judges one request. */
    void check(int number, String requestId, boolean confirmed, List<Event> events) {
        AnswerAssembler answer = new AnswerAssembler();
        events.forEach(event -> answer.accept(decode(event)));
        if (events.stream().anyMatch(event -> event.attempt() >= 100)) {
            redelivered++;
        }
        if (answer.outcome().isEmpty()) {
            if (confirmed) {
                lost++;
                problems.add(requestId + " was confirmed and has no terminal event: " + told(events));
            }
            return;
        }
        TerminalEvent outcome = answer.outcome().get();
        if (outcome instanceof Completed) {
            completed++;
        } else {
            failed++;
        }
        checkRepeats(requestId, events);
        checkFailures(requestId, events);
        if (!(outcome instanceof Completed done)) {
            return;
        }
        if (!answer.text().equals(NumberedAnswers.text(number))) {
            problems.add(requestId + " has the text '" + answer.text() + "': " + told(events));
        }
        String gap = gapIn(done, answer, events);
        if (!gap.isEmpty()) {
            disordered++;
            if (!maySkipChunks) {
                problems.add(requestId + " " + gap + ": " + told(events));
            }
        }
    }

    private void checkRepeats(String requestId, List<Event> events) {
        List<Event> ends = events.stream().filter(Event::isTerminal).toList();
        duplicated += ends.size() - 1;
        Map<String, Event> byRun = new LinkedHashMap<>();
        for (Event end : ends) {
            if (!requestId.equals(end.properties().getMessageId())) {
                problems.add("a terminal event of " + requestId + " has the message_id "
                        + end.properties().getMessageId());
            }
            Event first = byRun.putIfAbsent(end.run(), end);
            if (first != null && !first.body().equals(end.body())) {
                problems.add("an attempt of " + requestId + " ended in two ways: " + told(ends));
            }
        }
    }

    /** Numbered requests are good ones: only what Ollama did to every try may end one so. */
    private void checkFailures(String requestId, List<Event> events) {
        List<Event> failed =
                events.stream().filter(event -> event.name().equals("failed")).toList();
        for (Event event : failed) {
            failures.add(requestId);
            ErrorCode code = ErrorCode.of(event.text("/error/code"));
            if (!code.retryable() && !mayFailWith.contains(code)) {
                problems.add(requestId + " failed for good: " + told(events));
            }
        }
        if (failed.size() == events.stream().filter(Event::isTerminal).count()) {
            dead.add(requestId);
        }
    }

    /** What is wrong with the chunks of the attempt that counts; empty where nothing is. */
    private static String gapIn(Completed done, AnswerAssembler answer, List<Event> events) {
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (Event event : events) {
            if (!event.run().equals(done.run())) {
                continue;
            }
            if (event.isTerminal()) {
                break;
            }
            int sequence = event.name().equals("chunk") ? event.at("/sequence").asInt() : -1;
            if (sequence > next) {
                return "lacks chunk " + next + " before " + sequence;
            }
            if (sequence >= next) {
                next = sequence + 1;
                text.append(event.text("/content"));
            }
        }
        return next == done.chunks() && answer.text().contentEquals(text)
                ? ""
                : "has " + next + " chunks, and they say '" + text + "'";
    }

    private static ChatEvent decode(Event event) {
        Class<? extends ChatEvent> type = switch (event.name()) {
            case "started" -> Started.class;
            case "waiting" -> Waiting.class;
            case "chunk" -> Chunk.class;
            case "tool_call" -> ToolCallEvent.class;
            case "tool_result" -> ToolResultEvent.class;
            case "completed" -> Completed.class;
            case "failed" -> Failed.class;
            case "cancelled" -> Cancelled.class;
            default -> throw new IllegalArgumentException("no such event: " + event);
        };
        return WorkerMapper.get().treeToValue(event.body(), type);
    }

    /** The requests' part of a row of the table. */
    FaultResult result(String fault, int sent, int confirmed, double seconds) {
        return new FaultResult(
                fault, sent, confirmed, completed, failed, lost, duplicated, disordered, redelivered, seconds);
    }

    /** What is against the laws; empty where nothing is. */
    List<String> problems() {
        return problems;
    }

    /** The requests with a failed event. */
    Set<String> failures() {
        return failures;
    }

    /** Those of them that ended in no other way: each has its dead letter (law 1). */
    Set<String> dead() {
        return dead;
    }

    private static String told(List<Event> events) {
        return events.stream()
                .map(event -> event.name() + " " + event.attempt() + "/" + event.run()
                        + (event.name().equals("chunk") ? " #" + event.at("/sequence") : "")
                        + event.text("/error/code") + event.text("/reason"))
                .toList()
                .toString();
    }
}
