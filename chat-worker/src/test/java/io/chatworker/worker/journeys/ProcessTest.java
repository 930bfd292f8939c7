package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.Waits;
import io.chatworker.worker.testing.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The worker as it is run: a process that is told everything by its environment, and ends on a signal. */
class ProcessTest {

    private static final int SIGINT = 2;

    @RegisterExtension
    final Installation installation = new Installation();

    @Law(8)
    @Test
    void itAnswersAndOnSigtermEndsTheRunBeforeItself() {
        RecordedEvents events = installation.events();
        CountDownLatch terminated = new CountDownLatch(1);
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming()
                        .text("Hello")
                        .await(terminated)
                        .text(" there")
                        .done());
        try (WorkerProcess worker =
                WorkerProcess.start(installation.variables()).ready()) {
            String id = installation.ask("Hi");
            events.await(id, "chunk");

            worker.terminate();
            Waits.until(
                    () -> "a process that drains; it printed " + worker.output(),
                    () -> worker.output().stream().anyMatch(line -> line.contains("draining: 1 in flight")));
            terminated.countDown();

            Event completed = events.awaitCompleted(id);
            events.assertGapless(id);
            assertThat(completed.attempt()).isEqualTo(1);
            assertThat(worker.awaitExit()).isIn(0, 143);
        }
    }

    /** The first signal lets the run go on; the second does not wait for it, and nothing is lost. */
    @ParameterizedTest
    @CsvSource({"TERM,TERM,143", "TERM,INT,130"})
    void aSecondSignalEndsItAtOnceAndLeavesItsRequestToTheNext(String first, String second, int exitCode)
            throws IOException {
        assumeTrue(!second.equals("INT") || !ignoresInterrupts(), "SIGINT is ignored by what runs the tests");
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming().text("Hello").stall(), ScriptedAnswer.saying("Hello again"));
        try (WorkerProcess worker =
                WorkerProcess.start(installation.variables()).ready()) {
            String id = installation.ask("Hi");
            events.await(id, "chunk");

            worker.signal(first);
            Waits.until(
                    () -> "a process that drains; it printed " + worker.output(),
                    () -> worker.output().stream().anyMatch(line -> line.contains("draining: 1 in flight")));
            assertThat(installation.ollama().awaitLast().isGone()).isFalse();
            long signalled = System.nanoTime();
            worker.signal(second);

            assertThat(worker.awaitExit()).isEqualTo(exitCode);
            assertThat(Duration.ofNanos(System.nanoTime() - signalled)).isLessThan(Duration.ofSeconds(3));
            installation.ollama().awaitLast().awaitGone();
            installation.startWorker();
            Event completed = events.awaitCompleted(id);
            events.assertGapless(id);
            assertThat(completed.attempt()).isGreaterThan(100);
            assertThat(completed.text("/message/content")).isEqualTo("Hello again");
        }
    }

    /** As shells do for what they run in the background; children inherit it, and a JVM leaves it so. */
    private static boolean ignoresInterrupts() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).trim(), 16) & (1L << (SIGINT - 1))) != 0);
    }

    @Test
    void aKilledProcessLeavesItsRequestToTheNext() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming().text("Hello").stall(), ScriptedAnswer.saying("Hello again"));
        try (WorkerProcess worker =
                WorkerProcess.start(installation.variables()).ready()) {
            String id = installation.ask("Hi");
            events.await(id, "chunk");

            worker.kill();
            installation.ollama().awaitAsked(0).awaitGone();
            installation.startWorker();

            Event completed = events.awaitCompleted(id);
            events.assertGapless(id);
            assertThat(completed.attempt()).isGreaterThan(100);
            assertThat(completed.text("/message/content")).isEqualTo("Hello again");
        }
    }

    @Test
    void badSettingsAreAllNamedAndEndTheStart() {
        try (WorkerProcess worker = WorkerProcess.start(installation.variables(
                "CHAT_CONCURRENCY", "many", "CHAT_CHUNK_INTERVAL", "20", "RABBITMQ_URI", "http://u:hidden@h"))) {
            assertThat(worker.awaitExit()).isEqualTo(2);
            Waits.until("what it printed", () -> worker.output().size() >= 4);
            assertThat(String.join("\n", worker.output()))
                    .contains("CHAT_CONCURRENCY must be a whole number")
                    .contains("CHAT_CHUNK_INTERVAL must be a number with ms, s, m or h")
                    .contains("RABBITMQ_URI must be amqp://")
                    .doesNotContain("hidden")
                    .doesNotContain("\tat ");
        }
    }
}
