package io.chatworker.worker.ollama;

import io.chatworker.worker.ollama.OllamaGate.Next;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Interleavings;
import io.chatworker.worker.testing.Interleavings.Scenario;
import io.chatworker.worker.testing.Law;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However chats and the prober interleave: one trial at a time goes through the gate, and everybody gets through. */
@Law({5, 6})
@Tag("interleavings")
class OllamaGateInterleavingsTest {

    @Test
    void oneTrialGoesThroughAndTheRestFollowItsAnswer() {
        Interleavings.explore(60, () -> new Two());
    }

    @Test
    void aTrialThatLeavesWithoutAnAnswerLetsTheNextTry() {
        Interleavings.explore(60, () -> new TrialThatLeaves());
    }

    @Test
    void whoIsStoppedInLineKeepsNobodyBack() {
        Interleavings.explore(60, () -> new StoppedInLine());
    }

    @Test
    void aTrialThatFailsClosesTheGateAndComesBack() {
        Interleavings.explore(60, () -> new FailedTrial());
    }

    /** Two chats before a closed gate, and a prober that finds Ollama. */
    private static class Two implements Scenario {

        final OllamaGate gate = new OllamaGate((OllamaProbe) null, new GateSettings(5));
        final AtomicInteger through = new AtomicInteger();
        private final AtomicInteger trials = new AtomicInteger();
        private volatile boolean answered;

        @Override
        public Runnable[] parts() {
            close(new Ticket());
            return new Runnable[] {() -> chat(new StopSignal()), () -> chat(new StopSignal()), this::find};
        }

        final void close(Ticket ticket) {
            Next next = gate.failed(ticket, OllamaFailure.unreachable("away"));
            Interleavings.require(next == Next.HOLD, "held when Ollama is away");
        }

        final void find() {
            gate.found(Finding.found("0.33.0"));
        }

        void chat(StopSignal over) {
            Ticket ticket = new Ticket();
            if (gate.enter(ticket, over)) {
                trial();
                answer(ticket);
            }
            gate.leave(ticket);
        }

        final void trial() {
            int together = trials.incrementAndGet();
            Interleavings.require(answered || together == 1, "one trial at a time, not " + together);
        }

        final void endTrial() {
            trials.decrementAndGet();
        }

        final void answer(Ticket ticket) {
            answered = true;
            gate.answered(ticket);
            endTrial();
            through.incrementAndGet();
        }

        @Override
        public void check() {
            Interleavings.require(through.get() == 2, "both got through, not " + through);
            Interleavings.require(!gate.isClosed(), "open");
        }
    }

    /** The same, but whoever comes first ends without an answer. */
    private static final class TrialThatLeaves extends Two {

        private final AtomicInteger left = new AtomicInteger();

        @Override
        void chat(StopSignal over) {
            Ticket ticket = new Ticket();
            Interleavings.require(gate.enter(ticket, over), "entered");
            trial();
            if (left.getAndIncrement() == 0) {
                endTrial();
                gate.leave(ticket);
            } else {
                answer(ticket);
            }
        }

        @Override
        public void check() {
            Interleavings.require(through.get() == 1, "the other got through");
        }
    }

    /** One of the two is stopped while it waits or when it is through. */
    private static final class StoppedInLine extends Two {

        @Override
        public Runnable[] parts() {
            StopSignal over = new StopSignal();
            close(new Ticket());
            return new Runnable[] {
                () -> chat(over),
                () -> chat(new StopSignal()),
                () -> {
                    find();
                    over.stop();
                }
            };
        }

        @Override
        public void check() {
            Interleavings.require(through.get() >= 1, "the other got through");
            Interleavings.require(gate.passes(new Ticket()), "whoever comes later passes");
        }
    }

    /** The first trial finds Ollama away once more. */
    private static final class FailedTrial extends Two {

        private final StopSignal failed = new StopSignal();

        @Override
        public Runnable[] parts() {
            close(new Ticket());
            failed.onStop(this::find);
            return new Runnable[] {() -> chat(new StopSignal()), () -> chat(new StopSignal()), this::find};
        }

        @Override
        void chat(StopSignal over) {
            Ticket ticket = new Ticket();
            Interleavings.require(gate.enter(ticket, over), "entered");
            trial();
            if (!failed.isStopped()) {
                endTrial();
                close(ticket);
                failed.stop();
                Interleavings.require(gate.enter(ticket, over), "entered again");
                trial();
            }
            answer(ticket);
        }
    }
}
