package io.chatworker.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.tools.ToolOutcome;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Law(7)
class CarefulListenersTest {

    private static final TraceContext GIVEN = trace("0af7651916cd43dd8448eb211c80319c");
    private static final TraceContext OTHER = trace("4bf92f3577b34da6a3ce929d0e0e4736");

    private final List<String> heard = new ArrayList<>();
    private final ChatListener broken = (ChatListener) Proxy.newProxyInstance(
            ChatListener.class.getClassLoader(), new Class<?>[] {ChatListener.class}, (_, _, _) -> {
                throw new IllegalStateException("the text of a message");
            });
    private final ChatListener whole = new ChatListener() {
        @Override
        public TraceContext read(Chat chat, TraceContext trace) {
            heard.add("read");
            return OTHER;
        }

        @Override
        public void ended(Outcome outcome, Duration sinceDelivery) {
            heard.add("ended");
        }
    };

    @Test
    void whatAListenerThrowsReachesNoChatAndTheLogWithoutItsMessage() {
        ChatListener careful = CarefulListeners.of(List.of(() -> broken));

        try (CapturedLog log = new CapturedLog()) {
            careful.received(false);
            assertThat(careful.read(null, GIVEN)).isEqualTo(GIVEN);
            careful.waiting(WaitingReason.RETRY);
            careful.waited();
            assertThat(careful.calling(null, GIVEN)).isEqualTo(GIVEN);
            careful.firstToken(Duration.ZERO);
            careful.called(null);
            careful.retrying(ErrorCode.OLLAMA_BUSY);
            careful.toolCalled("t", ToolOutcome.CONTENT, Duration.ZERO);
            careful.summarized(1, true, Duration.ZERO);
            careful.answered(null);
            careful.confirmed(Duration.ZERO);
            careful.ended(new Outcome.Lost(), Duration.ZERO);

            assertThat(log.lines().stream()
                            .filter(line -> line.contains("a listener: java.lang.IllegalStateException at ")))
                    .hasSize(ChatListener.class.getDeclaredMethods().length);
            assertThat(log.lines()).noneMatch(line -> line.contains("the text of a message"));
        }
    }

    @Test
    void aBrokenListenerAndOneThatCannotBeMadeKeepNothingFromTheOthers() {
        ChatListener careful = CarefulListeners.of(List.of(
                () -> broken,
                () -> {
                    throw new IllegalStateException("none");
                },
                () -> whole));

        assertThat(careful.read(null, GIVEN)).isEqualTo(OTHER);
        careful.ended(new Outcome.Lost(), Duration.ZERO);

        assertThat(heard).containsExactly("read", "ended");
    }

    private static TraceContext trace(String id) {
        return TraceContext.of(Map.of("traceparent", "00-" + id + "-00f067aa0ba902b7-01"));
    }
}
