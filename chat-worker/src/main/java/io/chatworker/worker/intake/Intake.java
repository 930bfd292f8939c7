package io.chatworker.worker.intake;

import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.run.ChatDesk;
import io.chatworker.worker.run.StopReason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests from start to stop, and ends in two steps. Stop tolerates never started and stopped twice. */
public final class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);
    private static final Duration HAND_BACK = Duration.ofSeconds(5);

    private final RunningChats chats;
    private final RequestConsumer consumer;
    private final IntakeSettings settings;
    private final AtomicBoolean draining = new AtomicBoolean();

    public Intake(
            IntakeSettings settings,
            BrokerSettings broker,
            RabbitTopology topology,
            SelfDescription self,
            ChatDesk desk) {
        this.settings = settings;
        this.chats = self.chats();
        String worker = desk.worker();
        Cancellations cancellations = new Cancellations(settings.cancelMemory(), InstantSource.system());
        Describer describer = new Describer(
                settings.replyToAllowed(), () -> self.now(this::pausedFor), desk.publishing(), desk.mapper());
        ControlQueue control = new ControlQueue(
                broker.topology().control(),
                worker,
                new ControlListener(chats, cancellations, describer),
                desk.timer());
        RequestListener listener = new RequestListener(
                new RequestDecoder(settings, self.prompt().deniedOptions(), desk.mapper()),
                desk,
                chats,
                cancellations,
                new DeadLetters(broker.topology(), worker, settings.pool().queue()));
        this.consumer = new RequestConsumer(worker, broker, topology, settings, listener, chats, control, desk.timer());
    }

    /** Takes no requests while {@code why} tells a reason; {@link #recheck()} asks for it. Before the start. */
    public void pauseFor(PauseReason reason, Supplier<@Nullable String> why) {
        consumer.pauseFor(reason, why);
    }

    /** To be called when a reason to pause has changed; any thread that may wait. */
    public void recheck() {
        consumer.recheck();
    }

    /** Whether requests are taken, or would be but for a pause. */
    public boolean isConsuming() {
        return consumer.isConsuming();
    }

    /** For people: why no requests are taken, or null where they are. */
    public @Nullable String pausedFor() {
        return draining.get() ? "draining" : consumer.pausedFor();
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
