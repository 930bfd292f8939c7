package io.chatworker.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ChatRequest;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.publish.Address;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.run.Chat;
import io.chatworker.worker.testing.Law;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CancellationsTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private static final ChatRequest NOTHING = WorkerMapper.get().readValue("{}", ChatRequest.class);

    private Instant now = NOON;
    private final Cancellations cancellations = new Cancellations(Duration.ofMinutes(10), () -> now);

    @Test
    void aRequestsCancelHitsItWhenItComesLater() {
        cancellations.cancelRequest("r1");

        assertThat(cancellations.hits(chat("r1", "c1", NOON.plusSeconds(60)))).isTrue();
        assertThat(cancellations.hits(chat("r1", "c1", null))).isTrue();
        assertThat(cancellations.hits(chat("r2", "r1", null))).isFalse();
    }

    @Test
    void aConversationsCancelHitsWhatWasSentBeforeIt() {
        cancellations.cancelConversation("c1", NOON);

        assertThat(cancellations.hits(chat("r1", "c1", NOON.minusMillis(1)))).isTrue();
        assertThat(cancellations.hits(chat("r1", "c1", NOON))).isTrue();
        assertThat(cancellations.hits(chat("r1", "c1", NOON.plusMillis(1)))).isFalse();
        assertThat(cancellations.hits(chat("r1", "c2", NOON.minusMillis(1)))).isFalse();
    }

    @Test
    void aRequestOfWhichNobodyKnowsWhenItWasSentIsNotHitByItsConversation() {
        cancellations.cancelConversation("c1", NOON);

        assertThat(cancellations.hits(chat("r1", "c1", null))).isFalse();
    }

    @Test
    void aCancelThatComesTwiceIsOneAndTheLaterCounts() {
        cancellations.cancelConversation("c1", NOON);
        cancellations.cancelConversation("c1", NOON.minusSeconds(60));

        assertThat(cancellations.hits(chat("r1", "c1", NOON))).isTrue();
    }

    @Test
    void aCancelIsForgottenAfterItsTime() {
        cancellations.cancelRequest("r1");
        cancellations.cancelConversation("c1", NOON.plusSeconds(3600));
        now = NOON.plus(Duration.ofMinutes(10));
        assertThat(cancellations.hits(chat("r1", "x", null))).isTrue();
        assertThat(cancellations.hits(chat("x", "c1", NOON))).isTrue();

        now = NOON.plus(Duration.ofMinutes(10)).plusMillis(1);
        assertThat(cancellations.hits(chat("r1", "x", null))).isFalse();
        assertThat(cancellations.hits(chat("x", "c1", NOON))).isFalse();
    }

    @Test
    void aRepeatedCancelIsRememberedFromThenOn() {
        cancellations.cancelRequest("r1");
        now = NOON.plus(Duration.ofMinutes(9));
        cancellations.cancelRequest("r1");
        now = NOON.plus(Duration.ofMinutes(18));

        assertThat(cancellations.hits(chat("r1", "x", null))).isTrue();
    }

    @Test
    @Law(6)
    @DisplayName("So many cancels are remembered, the oldest forgotten first")
    void theOldestOfManyIsForgotten() {
        cancellations.cancelConversation("c", NOON);
        for (int i = 0; i < Cancellations.MOST; i++) {
            cancellations.cancelRequest("r" + i);
        }

        assertThat(cancellations.hits(chat("r0", "x", null))).isFalse();
        assertThat(cancellations.hits(chat("r1", "x", null))).isTrue();
        assertThat(cancellations.hits(chat("x", "c", NOON))).isTrue();
    }

    private static Chat chat(String requestId, String conversationId, Instant sentAt) {
        return new Chat(
                NOTHING, new Address(requestId, conversationId, "k", null, TraceContext.NONE), sentAt, 0, false);
    }
}
