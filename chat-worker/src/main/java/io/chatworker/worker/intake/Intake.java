package io.chatworker.worker.intake;

import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.control.ControlQueue;
import io.chatworker.worker.run.StopReason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests from start to drain, and ends in two steps. Drain tolerates never started and drained twice. */
public final class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);
    private static final Duration REQUEUE_LIMIT = Duration.ofSeconds(5);

    private final IntakeSettings settings;
    private final BrokerConnection connection;
    private final RequestConsumer consumer;
    private final ControlQueue control;
    private final InFlight inFlight;
    private final Pauses pauses;
    private final AtomicBoolean draining = new AtomicBoolean();

    /** {@code consumer} and {@code control} consume on {@code connection}. */
    public Intake(
            IntakeSettings settings,
            BrokerConnection connection,
            RequestConsumer consumer,
            ControlQueue control,
            InFlight inFlight,
            Pauses pauses) {
        this.settings = settings;
        this.connection = connection;
        this.consumer = consumer;
        this.control = control;
        this.inFlight = inFlight;
        this.pauses = pauses;
    }

    public void start() {
        connection.start();
    }

    public BrokerConnection connection() {
        return connection;
    }

    /** Pauses or resumes as the reasons now are. To be called when one has changed; any thread that may wait. */
    public void recheck() {
        consumer.recheck();
    }

    /**
     * For people: why requests are not taken or commands not heard though no reason to pause says so; null where both
     * are. Never waits: health asks while the broker hangs, too.
     */
    public @Nullable String trouble() {
        if (!connection.isReady()) {
            return connection.state();
        }
        if (!consumer.isWhole()) {
            return "a channel that takes requests was lost and is being replaced";
        }
        return control.isListening() ? null : "the control queue was lost and is being replaced";
    }

    /** Takes no more, lets the chats end, then stops the rest and requeues them. Waits for all that. */
    public void drain() {
        if (!draining.compareAndSet(false, true)) {
            return;
        }
        pauses.drain();
        consumer.recheck();
        inFlight.drain();
        log.info(
                "draining: {} in flight, up to {} s",
                inFlight.size(),
                settings.drainTimeout().toSeconds());
        if (!inFlight.awaitNone(settings.drainTimeout())) {
            log.info("requeueing {} requests", inFlight.size());
            inFlight.stop(_ -> true, StopReason.SHUTDOWN);
            inFlight.awaitNone(REQUEUE_LIMIT);
        }
        connection.close();
    }
}
