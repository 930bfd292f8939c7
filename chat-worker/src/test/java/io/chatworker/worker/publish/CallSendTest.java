package io.chatworker.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.contracts.Contract;
import io.chatworker.contracts.ToolCall;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.Waits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A call that no broker takes. */
class CallSendTest {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final BrokerSettings settings = BrokerSettings.from(new Env(Map.of()));
    private final EventPublisher away = new EventPublisher(
            "w",
            settings,
            new RabbitTopology(
                    settings, new RabbitTopology.Pool(settings.topology().requests(), List.of())),
            new PublishSettings(1 << 20, Duration.ZERO),
            1,
            timer);
    private final StopSignal over = new StopSignal();

    @AfterEach
    void close() {
        away.close();
        timer.shutdownNow();
    }

    @Law(4)
    @Test
    void aDeadlineEndsTheWaitByItsStopAloneSoThatTheModelIsNotAskedOnceMore() {
        Instant deadline = Instant.now().plusMillis(20);
        CountDownLatch afterwards = new CountDownLatch(1);

        CompletableFuture<Void> sent =
                CompletableFuture.runAsync(() -> assertAbandoned(deadline, Duration.ofMinutes(1)));
        var _ = timer.schedule(afterwards::countDown, 120, TimeUnit.MILLISECONDS);
        Waits.forSignal("a time after the deadline", afterwards);
        assertThat(sent).isNotDone();
        over.stop();

        Waits.forResult("the end of the wait", sent);
    }

    @Test
    void aBrokerThatTakesNothingEndsItAfterTheTimeoutOfTools() {
        assertAbandoned(Instant.now().plusSeconds(60), Duration.ofMillis(20));
    }

    private void assertAbandoned(Instant deadline, Duration patience) {
        ToolCall call =
                new ToolCall(Contract.VERSION, "1", "k", "r", "c", 1, "b6Zk3xQ1", "clock", Map.of(), deadline, null);
        CallSend send = new CallSend(away, settings.topology(), WorkerMapper.get(), timer, patience);
        assertThatThrownBy(() -> send.send(call, "replies", Map.of(), over)).isInstanceOf(PublishAbandoned.class);
    }
}
