package io.chatworker.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Law;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@Law(7)
class CarefulListenerTest {

    private final ChatListener broken = (ChatListener) Proxy.newProxyInstance(
            ChatListener.class.getClassLoader(), new Class<?>[] {ChatListener.class}, (_, _, _) -> {
                throw new IllegalStateException("the text of a message");
            });

    @Test
    void whatAListenerThrowsReachesNoChatAndTheLogWithoutItsMessage() {
        ChatListener careful = new CarefulListener(broken);

        try (CapturedLog log = new CapturedLog()) {
            careful.received();
            careful.started(null);
            careful.firstToken(Duration.ZERO);
            careful.retrying(ErrorCode.OLLAMA_BUSY);
            careful.answered(null);
            careful.ended(new Outcome.Lost(), Duration.ZERO);

            assertThat(log.lines().stream()
                            .filter(line -> line.contains("a listener: java.lang.IllegalStateException at ")))
                    .hasSize(6);
            assertThat(log.lines()).noneMatch(line -> line.contains("the text of a message"));
        }
    }
}
