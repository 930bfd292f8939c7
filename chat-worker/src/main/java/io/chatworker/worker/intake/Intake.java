package io.chatworker.worker.intake;

import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.run.ChatDesk;
import io.chatworker.worker.run.StopReason;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
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
            Set<String> deniedOptions,
            ChatDesk desk,
            RunningChats chats) {
        this.settings = settings;
        this.chats = chats;
        RequestDecoder decoder = new RequestDecoder(settings, deniedOptions, desk.mapper());
        RequestListener listener = new RequestListener(
                decoder, desk, chats, broker.topology(), settings.pool().queue());
        this.consumer = new RequestConsumer(
                desk.settings().worker(), broker, topology, settings, listener, chats, desk.timer());
    }

    public void start() {
        consumer.start();
    }

    public BrokerConnection connection() {
        return consumer.connection();
    }

    public boolean isDraining() {
        return draining.get();
    }

    /** Takes no more, lets the chats end, then stops the rest and hands them back. Waits for all that. */
    public void drain() {
        if (!draining.compareAndSet(false, true)) {
            return;
        }
        consumer.stop();
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
