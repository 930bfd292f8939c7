package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker short of memory stops reading from publishers; a worker ends all the same. */
@Law(8)
class BlockedShutdownTest {

    private static final Duration BEYOND_DRAINING = Duration.ofSeconds(15);
    /** More than sockets buffer: the worker is in the middle of a write. */
    private static final String LARGE = "x".repeat(6 * 1024 * 1024);

    @RegisterExtension
    static final Installation installation = Installation.onBreakableBroker();

    @AfterEach
    void noAlarm() {
        installation.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.6");
        installation.closeWorkers();
    }

    @Test
    @DisplayName("A write that the broker does not read does not keep the worker from ending")
    void aWriteThatTheBrokerDoesNotReadEndsWithTheWorker() throws Exception {
        RecordedEvents events = installation.events();
        CountDownLatch alarmed = new CountDownLatch(1);
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming()
                                .await(alarmed)
                                .text(LARGE, LARGE, LARGE, LARGE)
                                .done(),
                        ScriptedAnswer.saying("Hello"));
        TestWorker worker = installation.startWorker("CHAT_MAX_EVENT_BYTES", "128MiB", "CHAT_DRAIN_TIMEOUT", "1s");
        String id = installation.send(Ask.message("Hi").with("stream", false).with("return_history", false));
        installation.ollama().awaitAsked(0);
        CountDownLatch closed = new CountDownLatch(1);
        try (CapturedLog log = new CapturedLog()) {
            installation.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.00001");
            alarmed.countDown();
            Waits.until(
                    "a broker that blocks publishers",
                    () -> log.lines().stream().anyMatch(line -> line.contains("the broker blocks publishers")));

            long began = System.nanoTime();
            Thread.startVirtualThread(() -> {
                worker.close();
                closed.countDown();
            });
            assertThat(closed.await(60, TimeUnit.SECONDS))
                    .as("the worker ended")
                    .isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BEYOND_DRAINING.plusSeconds(1));
        }

        installation.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.6");
        installation.startWorker();
        assertThat(events.awaitCompleted(id).text("/message/content")).isEqualTo("Hello");
    }
}
