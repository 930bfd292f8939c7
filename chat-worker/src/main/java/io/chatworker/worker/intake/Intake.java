package io.chatworker.worker.intake;

import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.run.StopReason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests from start to stop, and ends in two steps. Stop tolerates never started and stopped twice. */
public final class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);
    private static final Duration HAND_BACK = Duration.ofSeconds(5);

    private final IntakeSettings settings;
    private final RequestConsumer consumer;
    private final RunningChats chats;
    private final Pauses pauses;
    private final AtomicBoolean draining = new AtomicBoolean();

    public Intake(IntakeSettings settings, RequestConsumer consumer, RunningChats chats, Pauses pauses) {
        this.settings = settings;
        this.consumer = consumer;
        this.chats = chats;
        this.pauses = pauses;
    }

    /** To be called when a reason to pause has changed; any thread that may wait. */
    public void recheck() {
        consumer.recheck();
    }

    /** Whether requests are taken, or would be but for a pause. */
    public boolean isConsuming() {
        return consumer.isConsuming();
    }

    public void start() {
        consumer.start();
    }

    public BrokerConnection connection() {
        return consumer.connection();
    }

    /** Takes no more, lets the chats end, then stops the rest and hands them back. Waits for all that. */
    public void drain() {
        if (!draining.compareAndSet(false, true)) {
            return;
        }
        pauses.drain();
        consumer.stop();
        chats.drain();
        log.info(
                "draining: {} in flight, up to {} s",
                chats.size(),
                settings.drainTimeout().toSeconds());
        if (!chats.awaitNone(settings.drainTimeout())) {
            log.info("handing back {} requests", chats.size());
            chats.stop(_ -> true, StopReason.SHUTDOWN);
            chats.awaitNone(HAND_BACK);
        }
        consumer.close();
    }
}
