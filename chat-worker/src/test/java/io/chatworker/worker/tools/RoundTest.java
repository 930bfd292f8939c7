package io.chatworker.worker.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ExecutedToolCall;
import io.chatworker.contracts.ToolCall;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.Waits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A round whose calls nobody answers. */
class RoundTest {

    private final StopSignal stopped = new StopSignal();
    private final CompletableFuture<ToolCall> carried = new CompletableFuture<>();

    @Law(4)
    @Test
    void aDeadlineEndsItByItsStopAloneSoThatTheModelIsNotAskedOnceMore() {
        Tools tools = new Tools(
                new ToolSettings(1, Duration.ofMinutes(1), 1000),
                new Topology("round-test"),
                "w1",
                (call, replyTo, traceHeaders, over, refused) -> {
                    carried.complete(call);
                    return null;
                },
                Json.MAPPER);
        Instant deadline = Instant.now().plusMillis(20);
        ToolRequest request = new ToolRequest("r1", "c1", Set.of("clock"), 1, deadline, null, Map.of());
        Round<RuntimeException> round =
                new Round<>(new Caller(request, 1, "b6Zk3xQ1", new IdempotencyKeys("r1")), tools, stopped, UNHEARD);

        CompletableFuture<Optional<List<ExecutedToolCall>>> ended =
                CompletableFuture.supplyAsync(() -> round.carryOut(List.of(new AskedCall("a", "clock", Map.of()))));
        Waits.until("the deadline passed", () -> Instant.now().isAfter(deadline.plusMillis(100)));
        assertThat(ended).isNotDone();
        stopped.stop();

        assertThat(Waits.forResult("the round's end", ended)).isEmpty();
        assertThat(carried).as("there was no queue for its result").isNotDone();
    }

    private static final RoundEvents<RuntimeException> UNHEARD = new RoundEvents<>() {
        @Override
        public void published(ToolCall call) {}

        @Override
        public void ended(ExecutedToolCall call, ToolOutcome outcome) {}

        @Override
        public void stopped(String name, Duration took) {}
    };
}
