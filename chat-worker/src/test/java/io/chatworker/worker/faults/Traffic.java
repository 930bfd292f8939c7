package io.chatworker.worker.faults;

import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Waits;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A numbered load and what a witness has seen of it so far: how far the answers have come. */
final class Traffic {

    /** RabbitMQ 3.10 loses a quorum queue that was declared a moment before it is killed. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private final NumberedLoad load;
    private final Witness witness;
    private final long begunAt = System.nanoTime();

    Traffic(NumberedLoad load, Witness witness) {
        this.load = load;
        this.witness = witness;
    }

    NumberedLoad load() {
        return load;
    }

    /** Since the first request. */
    double seconds() {
        return (System.nanoTime() - begunAt) / 1e9;
    }

    /** How many requests have ended. */
    long ended() {
        return seen().filter(id -> hasEnded(witness.of(id))).count();
    }

    /** Waits until so many requests more have ended than now. */
    void awaitEnded(int more) {
        long before = ended();
        await(more + " requests more that ended", () -> ended() >= before + more);
    }

    /** Waits until so many requests more were sent than now. */
    void awaitSent(int more) {
        int before = load.sent();
        await(more + " requests more", () -> load.sent() >= before + more);
    }

    /** Waits until a queue takes requests again that came back before. */
    void awaitRoutedAgain() {
        await("a request that came back", () -> load.cameBack() > 0);
        int before = load.confirmed().size();
        await("requests that a queue takes", () -> load.confirmed().size() > before + 5);
    }

    /** Waits until an answer grows that has not ended. */
    void awaitMidStream() {
        long before = witness.chunks();
        await(
                "an answer in mid-stream",
                () -> witness.chunks() > before && seen().map(witness::of).anyMatch(Traffic::streams));
    }

    /** Waits until so many answers stand or grow at the same time, each in the try that runs. */
    void awaitMidStream(int answers) {
        await(
                answers + " answers in mid-stream",
                () -> seen().map(witness::of).filter(Traffic::endsWithChunk).count() >= answers);
    }

    /** Waits until an attempt begins at what somebody had before. */
    void awaitRedelivered() {
        await("an attempt at a redelivered request", () -> any(event -> event.attempt() >= 100));
    }

    /** The names of the workers that completed requests. */
    Set<String> answeredBy() {
        return completedBy().collect(Collectors.toSet());
    }

    /** Waits until a worker has completed so many requests more than now. */
    void awaitCompletedBy(String worker, int more) {
        long before = completedBy().filter(worker::equals).count();
        await(
                more + " requests more that " + worker + " completed",
                () -> completedBy().filter(worker::equals).count() >= before + more);
    }

    /** Waits until a kill of the broker does not lose the queues, which are older than the load. */
    void awaitSettled() {
        await("settled queues", () -> System.nanoTime() - begunAt > SETTLED.toNanos());
    }

    /** Sends no more, and waits until all that was confirmed has ended; {@code told} goes into the failure. */
    void end(Supplier<String> told) {
        load.close();
        Set<Integer> confirmed = load.confirmed();
        Waits.until(
                Waits.LONG_PATIENCE,
                () -> "the end of " + missing(confirmed) + "; " + told.get(),
                () -> missing(confirmed).isEmpty());
    }

    /** What a consumer saw: with a reply queue the terminal event comes to the witness twice, the other way too. */
    List<Event> of(String requestId) {
        boolean byReply = load.isRepliedTo(witness.queue());
        return witness.of(requestId).stream()
                .filter(event -> !byReply || event.exchange().isEmpty())
                .toList();
    }

    private List<String> missing(Set<Integer> confirmed) {
        return confirmed.stream()
                .map(load::requestId)
                .filter(id -> !hasEnded(witness.of(id)))
                .toList();
    }

    private Stream<String> completedBy() {
        return seen().flatMap(id -> witness.of(id).stream())
                .filter(event -> event.name().equals("completed"))
                .map(event -> event.text("/worker"));
    }

    private boolean any(Predicate<Event> holds) {
        return seen().anyMatch(id -> witness.of(id).stream().anyMatch(holds));
    }

    private Stream<String> seen() {
        return witness.seen().stream().filter(load::isOurs);
    }

    private static boolean streams(List<Event> events) {
        return events.stream().anyMatch(event -> event.name().equals("chunk")) && !hasEnded(events);
    }

    private static boolean endsWithChunk(List<Event> events) {
        return !events.isEmpty() && events.getLast().name().equals("chunk");
    }

    private static boolean hasEnded(List<Event> events) {
        return events.stream().anyMatch(Event::isTerminal);
    }

    private static void await(String what, BooleanSupplier holds) {
        Waits.until(Waits.LONG_PATIENCE, () -> what, holds);
    }
}
