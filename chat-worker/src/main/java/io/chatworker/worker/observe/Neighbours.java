package io.chatworker.worker.observe;

import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.intake.Intake;
import io.chatworker.worker.publish.EventPublisher;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whom the worker needs, what is wrong with them, and what that does. */
public record Neighbours(
        Intake intake, EventPublisher publisher, WorkerHealth health, ChatMetrics metrics, String ollamaHost) {

    /** The longest that the publisher waits for a confirm before it sends a message again. */
    private static final Duration CONFIRM_PATIENCE = Duration.ofMinutes(16);

    private static final Duration REQUESTERS_PATIENCE = Duration.ofSeconds(30);

    /** All that can go wrong with them. */
    List<Outage> outages() {
        return List.of(broker(), blocking(), requesters(), ollama());
    }

    /** Notices that the worker is stuck for a reason of its own; {@code maxDuration} is the limit of a request. */
    public Standstill standstill(Duration maxDuration) {
        Duration limit = maxDuration.compareTo(CONFIRM_PATIENCE) < 0 ? CONFIRM_PATIENCE : maxDuration;
        return new Standstill(
                limit.plus(Duration.ofMinutes(1)),
                metrics::chatsInFlight,
                () -> metrics.moves() + publisher.counts().moves(),
                () -> health.isConsuming() && health.isPublishing() && publisher.blockedReason() == null);
    }

    private Outage broker() {
        return new Outage(
                new Outage.Words(
                        "RabbitMQ is away",
                        "RabbitMQ is there again",
                        this::brokerTrouble,
                        "trying again in 1 to 10 s; requests stay in their queue, and none is lost"),
                new Counted(() -> publisher.counts().resent.intValue(), "messages were sent again"),
                Duration.ZERO);
    }

    private Outage blocking() {
        return new Outage(
                new Outage.Words(
                        "RabbitMQ takes no events",
                        "RabbitMQ takes events again",
                        publisher::blockedReason,
                        "reading from Ollama waits, and no more requests are taken until its alarm is over"),
                () -> metrics.chatsInFlight() + " requests are in flight",
                Duration.ZERO);
    }

    /** A requester's forged name closes this connection, so a short gap is no news. */
    private Outage requesters() {
        return new Outage(
                new Outage.Words(
                        "Requesters with direct reply-to are not watched",
                        "Requesters with direct reply-to are watched again",
                        publisher.requestersConnection()::trouble,
                        "answers to those that left go on"),
                () -> "nothing is lost",
                REQUESTERS_PATIENCE);
    }

    private Outage ollama() {
        return new Outage(
                new Outage.Words(
                        "Ollama at " + ollamaHost + " is away",
                        "Ollama at " + ollamaHost + " is there again",
                        health::ollamaOutage,
                        "trying again in 1 to 30 s; requests are held or stay in their queue, and none is lost"),
                new Counted(() -> metrics.heldSoFar(WaitingReason.OLLAMA_UNAVAILABLE), "requests were held"),
                Duration.ZERO);
    }

    private @Nullable String brokerTrouble() {
        String trouble = Stream.of(intake.connection(), publisher.connection())
                .map(BrokerConnection::trouble)
                .filter(Objects::nonNull)
                .distinct()
                .collect(Collectors.joining("; "));
        return trouble.isEmpty() ? null : trouble;
    }

    /** With whom the worker works. */
    String versions() {
        return "RabbitMQ " + intake.connection().serverVersion() + " ("
                + intake.connection().state() + ") and Ollama " + health.ollamaVersion();
    }

    /** Counts on from where a counter stood when the outage began. */
    private static final class Counted implements Outage.Toll {
        private final IntSupplier counter;
        private final String what;
        private int before;

        Counted(IntSupplier counter, String what) {
            this.counter = counter;
            this.what = what;
        }

        @Override
        public void begin() {
            before = counter.getAsInt();
        }

        @Override
        public String soFar() {
            return counter.getAsInt() - before + " " + what;
        }
    }
}
