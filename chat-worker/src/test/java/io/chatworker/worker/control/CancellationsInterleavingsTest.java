package io.chatworker.worker.control;

import io.chatworker.contracts.ChatRequest;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.publish.Address;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.run.Chat;
import io.chatworker.worker.testing.Interleavings;
import java.time.Duration;
import java.time.Instant;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However commands and requests interleave, each request sees the commands as if they came one after the other. */
@Tag("interleavings")
class CancellationsInterleavingsTest {

    @Test
    void commandsAndRequestsTakeTurns() {
        Interleavings.assertAtomic(Operations.class);
    }

    /** Two requests of one conversation, one sent before its cancel and one after it. */
    public static class Operations {

        private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
        private static final ChatRequest NOTHING = WorkerMapper.get().readValue("{}", ChatRequest.class);
        private static final Chat EARLY = chat("r1", NOON.minusSeconds(1));
        private static final Chat LATE = chat("r2", NOON.plusSeconds(1));

        private final Cancellations cancellations = new Cancellations(Duration.ofMinutes(10), () -> NOON);

        @Operation
        public void cancelRequest() {
            cancellations.cancelRequest("r2");
        }

        @Operation
        public void cancelConversation() {
            cancellations.cancelConversation("c", NOON);
        }

        @Operation
        public void cancelConversationAgain() {
            cancellations.cancelConversation("c", NOON.plusSeconds(2));
        }

        @Operation
        public boolean hitsEarly() {
            return cancellations.hits(EARLY);
        }

        @Operation
        public boolean hitsLate() {
            return cancellations.hits(LATE);
        }

        private static Chat chat(String requestId, Instant sentAt) {
            Address address = new Address(requestId, "c", requestId, null, TraceContext.NONE);
            return new Chat(NOTHING, address, sentAt, 0, false);
        }
    }
}
