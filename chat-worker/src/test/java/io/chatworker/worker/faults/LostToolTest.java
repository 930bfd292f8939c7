package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.Waits;
import io.chatworker.worker.testing.WorkerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tools that fail, and faults while tools are asked: whatever they do, each request is answered, once and in order. */
@Law({1, 2, 3, 7})
class LostToolTest {

    private static final String CONTENT = "{\"content\":\"done\"}";

    @RegisterExtension
    static final Scene scene = new Scene();

    private final Map<String, Set<String>> keys = NumberedTool.noKeys();

    private NumberedTool offer(java.util.function.IntFunction<List<String>> script) {
        return NumberedTool.offer(scene.broker().connect(), scene.topology(), keys, script);
    }

    private static void withdraw() {
        try (Connection connection = scene.broker().connect()) {
            NumberedTool.withdraw(connection, scene.topology());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void assertOneKeyARequest() {
        assertThat(keys).isNotEmpty().allSatisfy((_, one) -> assertThat(one).hasSize(1));
    }

    /** By the request's number. */
    private static List<String> badly(int number) {
        return switch (number % 6) {
            case 0 -> List.of(CONTENT, CONTENT);
            case 1 -> List.of("{\"content\":");
            case 2 -> List.of("{\"content\":\"" + "x".repeat(300 * 1024) + "\"}");
            case 3 -> List.of("{\"error\":\"cannot\"}");
            case 4 -> List.of();
            default -> List.of(CONTENT);
        };
    }

    @Test
    void answersTwiceWithGarbageTooMuchAnErrorOrNotAtAllAndThenIsAway() {
        scene.answers().callTool();
        scene.startWorker("CHAT_TOOL_TIMEOUT", "500ms");
        try (NumberedTool _ = offer(LostToolTest::badly)) {
            Traffic traffic = scene.load(15);
            traffic.awaitEnded(20);
            withdraw();
            traffic.awaitEnded(10);
        }

        assertThat(scene.verify("tools answer twice, garbage, 300 KiB, an error, nothing, and are away")
                        .redelivered())
                .isZero();
        assertOneKeyARequest();
    }

    /** To a worker that waits no more, whose model has gone on without. */
    @Test
    @Tag("faults")
    void answersLate() {
        scene.answers().callTool();
        WorkerProcess worker = scene.startWorker("CHAT_TOOL_TIMEOUT", "300ms");
        try (NumberedTool late = offer(_ -> List.of(CONTENT))) {
            late.answersAfter(Duration.ofSeconds(1));
            Traffic traffic = scene.load(15);
            traffic.awaitEnded(30);
            Waits.until(
                    "results that nobody waits for",
                    () -> worker.scrape().sum("chat_tool_results_dropped_total") >= 20);

            assertThat(scene.verify("tools answer after the worker has given up")
                            .redelivered())
                    .isZero();
        }
        withdraw();
        assertOneKeyARequest();
    }

    /** The next delivery begins at the beginning, and calls with the same key. */
    @Test
    void workerKilledBetweenTheCallAndItsResult() {
        scene.answers().callTool();
        WorkerProcess victim = scene.startWorker();
        NumberedTool silent = offer(_ -> null);
        Traffic traffic = scene.load(10);
        silent.awaitCalls(8);

        victim.kill();
        silent.close();
        try (NumberedTool _ = offer(_ -> List.of(CONTENT))) {
            scene.startWorker();
            traffic.awaitEnded(20);
            assertThat(scene.verify("worker killed -9 between a tool call and its result")
                            .redelivered())
                    .isGreaterThanOrEqualTo(8);
        }
        withdraw();
        assertOneKeyARequest();
    }

    @Test
    @Tag("faults")
    void serviceKilledInMidCall() {
        scene.answers().callTool();
        scene.startWorker();
        Traffic traffic;
        try (ToolProcess victim = ToolProcess.start(scene.broker().uri(), scene.topology())) {
            traffic = scene.load(10);
            victim.awaitCalls(8);
        }
        try (NumberedTool _ = offer(_ -> List.of(CONTENT))) {
            traffic.awaitEnded(20);
            assertThat(scene.verify("tool service killed -9 in mid-call").redelivered())
                    .isZero();
        }
        withdraw();
        assertOneKeyARequest();
    }

    @Test
    @Tag("faults")
    void brokerKilledWhileAToolIsAsked() {
        scene.answers().callTool();
        scene.startWorker();
        NumberedTool first = offer(_ -> null);
        Traffic traffic = scene.load(10);
        first.awaitCalls(8);
        traffic.awaitSettled();

        scene.broker().kill();
        scene.broker().start();
        first.close();
        try (NumberedTool _ = offer(_ -> List.of(CONTENT))) {
            traffic.awaitEnded(20);
            scene.verify("broker killed -9 and started while tools are asked");
        }
        withdraw();
        assertOneKeyARequest();
    }
}
