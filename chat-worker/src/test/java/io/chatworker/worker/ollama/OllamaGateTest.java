package io.chatworker.worker.ollama;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.ollama.OllamaFailure.Ollama;
import io.chatworker.worker.ollama.OllamaGate.Next;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who goes through to Ollama, who waits and what a failure means, with a real probe over HTTP. */
@Timeout(30)
@SuppressWarnings("StaticAssignmentOfThrowable") // They have no stack trace and are told, not thrown.
class OllamaGateTest {

    private static final OllamaFailure AWAY = OllamaFailure.unreachable("away");
    private static final OllamaFailure RESET =
            OllamaFailure.unreachable("reset").when(Ollama.FOUND);
    private static final OllamaFailure BROKEN =
            OllamaFailure.mayPass(ErrorCode.OLLAMA_ERROR, "broken").when(Ollama.ANSWERED);
    private static final OllamaFailure WRONG = OllamaFailure.forGood(
                    ErrorCode.OLLAMA_REJECTED, "wrong", Map.of("status", 400))
            .when(Ollama.ANSWERED);
    private static final OllamaFailure BLOCKED = OllamaFailure.forGood(
                    ErrorCode.OLLAMA_REJECTED, "blocked", Map.of("status", 413))
            .when(Ollama.FOUND);
    private static final OllamaFailure CLOSED_DOOR = OllamaFailure.forGood(
                    ErrorCode.OLLAMA_REJECTED, "closed", Map.of("status", 401))
            .when(Ollama.ANSWERED);
    private static final OllamaFailure MUCH_LATER = OllamaFailure.forGood(
                    ErrorCode.OLLAMA_BUSY, "later", Map.of("status", 429))
            .when(Ollama.ANSWERED);

    private VersionedServer server;
    private OllamaClient client;
    private OllamaGate gate;
    private boolean looks;

    @BeforeEach
    void start() throws IOException {
        server = new VersionedServer();
        client = Prompts.client(Prompts.patient(server.url()));
        gate = new OllamaGate(client, new GateSettings(3));
    }

    @AfterEach
    void stop() {
        gate.close();
        client.close();
        server.close();
    }

    // Waiting.

    @Test
    @Law(8)
    void aStopEndsTheWaitAtOnce() throws Exception {
        close();
        StopSignal over = new StopSignal();
        CompletableFuture<Boolean> entry = entering(new Ticket(), over);

        over.stop();

        assertThat(entry.get(5, SECONDS)).isFalse();
    }

    @Test
    void whoIsStoppedAlreadyDoesNotWait() {
        close();
        StopSignal over = new StopSignal();
        over.stop();

        assertThat(gate.enter(new Ticket(), over)).isFalse();
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() throws Exception {
        close();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            boolean passed = gate.enter(new Ticket(), new StopSignal());
            interrupted.complete(!passed && Thread.currentThread().isInterrupted());
        });

        waiting.interrupt();

        assertThat(interrupted.get(5, SECONDS)).isTrue();
    }

    // The trial.

    @Test
    void afterAnOutageTheFirstIsTheTrialAndTheRestFollowItsFirstToken() throws Exception {
        Ticket first = new Ticket();
        close();
        assertThat(gate.closedReason()).isEqualTo("away");
        look();
        assertThat(gate.enter(first, new StopSignal())).isTrue();
        assertThat(gate.closedReason()).isNull();
        CompletableFuture<Boolean> second = entering(new Ticket(), new StopSignal());
        assertThat(gate.passes(new Ticket())).isFalse();

        gate.answered(first);

        assertThat(second.get(5, SECONDS)).isTrue();
        assertThat(gate.passes(new Ticket())).isTrue();
    }

    @Test
    void aTrialThatLeavesMakesRoomForAnother() {
        Ticket trial = trial();
        Ticket other = new Ticket();
        assertThat(gate.passes(other)).isFalse();

        gate.leave(trial);

        assertThat(gate.passes(other)).isTrue();
    }

    @Test
    void aTrialThatOllamaAnsweredForGoodOpensTheGate() {
        Ticket trial = trial();

        assertThat(gate.failed(trial, WRONG)).isEqualTo(Next.GO_ON);

        assertThat(gate.passes(new Ticket())).isTrue();
        assertThat(gate.passes(new Ticket())).isTrue();
    }

    @Test
    void aTrialThatSomethingElseAnsweredForGoodLeavesTheTrialToAnother() {
        Ticket trial = trial();

        assertThat(gate.failed(trial, BLOCKED)).isEqualTo(Next.GO_ON);

        assertThat(gate.passes(new Ticket())).isTrue();
        assertThat(gate.passes(new Ticket())).isFalse();
    }

    @Test
    @Law(5)
    void aTrialThatFindsOllamaAwayIsHeldHoweverOften() {
        Ticket ticket = new Ticket();
        look();
        for (int i = 0; i < 4; i++) {
            assertThat(gate.failed(ticket, AWAY)).isEqualTo(Next.HOLD);
            assertThat(gate.enter(ticket, new StopSignal())).isTrue();
        }
    }

    static List<Named<OllamaFailure>> trialFailures() {
        return List.of(Named.of("reset", RESET), Named.of("broken", BROKEN), Named.of("door closed", CLOSED_DOOR));
    }

    @ParameterizedTest
    @MethodSource("trialFailures")
    void aTrialThatFailsAtOllamaIsHeldTwiceAndThenGivenUp(OllamaFailure failure) {
        Ticket ticket = trial();
        for (Next next : new Next[] {Next.HOLD, Next.HOLD}) {
            assertThat(gate.failed(ticket, failure)).isEqualTo(next);
            assertThat(gate.closedReason()).endsWith(failure.reason());
            again(ticket);
        }

        assertThat(gate.failed(ticket, failure)).isEqualTo(Next.GIVE_UP);
        assertThat(gate.isClosed()).isTrue();
    }

    @Test
    void aTrialThatIsToComeBackMuchLaterEndsAndTheGateCloses() {
        Ticket trial = trial();

        assertThat(gate.failed(trial, MUCH_LATER)).isEqualTo(Next.GO_ON);
        assertThat(gate.isClosed()).isTrue();
    }

    /** So that a request which makes Ollama fall over cannot starve the rest. */
    @Test
    void aTrialThatFailedIsTriedAfterThoseThatCameLater() throws Exception {
        Ticket bad = trial();
        assertThat(gate.failed(bad, RESET)).isEqualTo(Next.HOLD);
        CompletableFuture<Boolean> badEntry = entering(bad, new StopSignal());
        Ticket good = new Ticket();

        assertThat(gate.enter(good, new StopSignal())).isTrue();
        assertThat(badEntry).isNotDone();
        gate.answered(good);

        assertThat(badEntry.get(10, SECONDS)).isTrue();
    }

    @Test
    void aSuspectThatFailsAgainClosesTheGateForNobodyElse() {
        Ticket bad = new Ticket();
        assertThat(gate.failed(bad, RESET)).isEqualTo(Next.HOLD);
        assertThat(gate.isClosed()).isTrue();
        look();
        gate.answered(opened());

        for (Next next : new Next[] {Next.HOLD, Next.HOLD, Next.GIVE_UP}) {
            assertThat(gate.enter(bad, new StopSignal())).isTrue();
            assertThat(gate.passes(new Ticket())).isTrue();
            assertThat(gate.failed(bad, RESET)).isEqualTo(next);
            assertThat(gate.isClosed()).isFalse();
            assertThat(gate.passes(new Ticket())).isTrue();
        }
    }

    @Test
    void suspectsAreTriedOneByOne() {
        Ticket one = new Ticket();
        Ticket two = new Ticket();
        gate.failed(one, RESET);
        gate.failed(two, RESET);
        look();
        gate.answered(opened());

        assertThat(gate.passes(one)).isTrue();
        assertThat(gate.passes(two)).isFalse();
        gate.answered(one);
        assertThat(gate.passes(two)).isTrue();
        assertThat(gate.passes(one)).isTrue();
    }

    @Test
    void aSuspectThatFindsOllamaAwayClosesTheGate() {
        Ticket suspect = new Ticket();
        gate.failed(suspect, RESET);
        look();
        gate.answered(opened());
        assertThat(gate.passes(suspect)).isTrue();

        assertThat(gate.failed(suspect, AWAY)).isEqualTo(Next.HOLD);

        assertThat(gate.closedReason()).isEqualTo("a request failed after Ollama had come back: away");
    }

    // The breaker.

    @Test
    void severalInARowThatEndInPassingFailuresOrAtClosedDoorsCloseTheGate() {
        gate.ended(BROKEN);
        gate.ended(CLOSED_DOOR);
        assertThat(gate.isClosed()).isFalse();

        gate.ended(MUCH_LATER);

        assertThat(gate.closedReason()).isEqualTo("the last 3 requests failed at Ollama: " + MUCH_LATER.reason());
    }

    @Test
    void anAnswerOrAFaultOfTheRequestsOwnBeginsTheRowAgain() {
        for (Runnable other : new Runnable[] {() -> gate.completed(new Ticket()), () -> gate.ended(WRONG)}) {
            gate.ended(BROKEN);
            gate.ended(BROKEN);
            other.run();
            gate.ended(BROKEN);
            gate.ended(BROKEN);
            assertThat(gate.isClosed()).isFalse();
            gate.completed(new Ticket());
        }
    }

    @Test
    void whatDidNotReachOllamaNeitherCountsNorBeginsTheRowAgain() {
        gate.ended(BROKEN);
        gate.ended(BLOCKED);
        gate.ended(BROKEN);
        assertThat(gate.isClosed()).isFalse();
        gate.ended(BLOCKED);
        gate.ended(BROKEN);
        assertThat(gate.isClosed()).isTrue();
    }

    @Test
    void whileTheGateIsClosedNothingIsCountedAndTheReasonStays() {
        close();
        for (int i = 0; i < 5; i++) {
            gate.ended(BROKEN);
        }
        assertThat(gate.failed(new Ticket(), OllamaFailure.unreachable("another reason")))
                .isEqualTo(Next.HOLD);
        assertThat(gate.closedReason()).isEqualTo("away");
        look();
        gate.answered(opened());

        gate.ended(BROKEN);
        gate.ended(BROKEN);
        assertThat(gate.isClosed()).isFalse();
    }

    // The probe.

    @Test
    void whoeverIsToldOfChangesIsToldWhenTheGateClosesAndWhenTheProbeFindsOllama() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        gate.onChanged(() -> (gate.isClosed() ? closed : open).countDown());

        close();
        assertThat(closed.await(5, SECONDS)).isTrue();
        look();

        assertThat(open.await(5, SECONDS)).isTrue();
    }

    @Test
    void whileOllamaIsAwayTheProbeAsksAtGrowingIntervals() {
        server.versionIs(502, "");
        look();
        long begin = System.nanoTime();
        awaitProbes(4);

        // At least half of 1 s, 2 s and 4 s.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(3400));
        assertThat(gate.finding().state()).isEqualTo(Finding.State.NOT_FOUND);
        assertThat(gate.isClosed()).isFalse();
    }

    @Test
    void aBlindProbeIsNoOutageWhileNothingSpeaksAgainstOllama() {
        server.versionIs(404, "404 page not found");
        look();
        awaitProbes(2);

        assertThat(gate.finding().isBlind()).isTrue();
        assertThat(gate.isClosed()).isFalse();
        assertThat(gate.passes(new Ticket())).isTrue();
    }

    @Test
    void whereTheProbeIsBlindATrialWithBackoffTakesItsPlaceAndThePauseStaysMeanwhile() throws Exception {
        server.versionIs(404, "404 page not found");
        look();
        Ticket held = new Ticket();
        assertThat(gate.failed(held, AWAY)).isEqualTo(Next.HOLD);

        assertThat(gate.enter(held, new StopSignal())).isTrue();
        assertThat(gate.closedReason()).isEqualTo("away");
        CompletableFuture<Boolean> other = entering(new Ticket(), new StopSignal());
        assertThat(gate.failed(held, AWAY)).isEqualTo(Next.HOLD);
        assertThat(gate.closedReason()).isNotNull();

        assertThat(other.get(10, SECONDS)).isTrue();
    }

    @Test
    void whereTheProbeIsBlindAndNobodyWaitsTheTrialIsLetInFromTheQueue() throws Exception {
        server.versionIs(404, "404 page not found");
        close();
        CountDownLatch open = new CountDownLatch(1);
        gate.onChanged(() -> {
            if (!gate.isClosed()) {
                open.countDown();
            }
        });
        look();

        assertThat(open.await(5, SECONDS)).isTrue();
        assertThat(gate.passes(new Ticket())).isTrue();
        assertThat(gate.passes(new Ticket())).isFalse();
    }

    @Test
    void aHeldTrialOfABlindProbeThatGoesLetsTheQueueGoOn() {
        server.versionIs(404, "404 page not found");
        close();
        look();
        Ticket held = new Ticket();
        assertThat(gate.enter(held, new StopSignal())).isTrue();
        assertThat(gate.isClosed()).isTrue();

        gate.leave(held);

        assertThat(gate.isClosed()).isFalse();
    }

    private void close() {
        assertThat(gate.failed(new Ticket(), AWAY)).isEqualTo(Next.HOLD);
    }

    /** A ticket that is on trial. */
    private Ticket trial() {
        if (!gate.isClosed()) {
            close();
        }
        look();
        return opened();
    }

    private void look() {
        if (!looks) {
            looks = true;
            gate.start();
        }
    }

    private Ticket opened() {
        Ticket ticket = new Ticket();
        assertThat(gate.enter(ticket, new StopSignal())).isTrue();
        return ticket;
    }

    private void again(Ticket ticket) {
        assertThat(gate.enter(ticket, new StopSignal())).isTrue();
    }

    private void awaitProbes(int number) {
        server.awaitProbes(number);
    }

    private CompletableFuture<Boolean> entering(Ticket ticket, StopSignal over) {
        CompletableFuture<Boolean> entry = new CompletableFuture<>();
        Thread.startVirtualThread(() -> entry.complete(gate.enter(ticket, over)));
        return entry;
    }
}
