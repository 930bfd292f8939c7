package io.chatworker.worker.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import io.chatworker.worker.publish.ScriptedBroker.Written;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class StripeTest {

    private static final String TOO_LARGE =
            "PRECONDITION_FAILED - message size 101 is larger than configured max size 100";

    private final ScriptedBroker broker = new ScriptedBroker();
    private final PublishCounts counts = new PublishCounts();
    private final List<Stripe> waiting = new ArrayList<>();
    private final List<Duration> waits = new ArrayList<>();
    private final SizeLimit limit = new SizeLimit();
    private final Stripe stripe = new Stripe(counts, limit, Blame::fallsOnAMessage, (which, wait) -> {
        waiting.add(which);
        waits.add(wait);
    });
    private Thread opening;

    @BeforeEach
    void open() throws IOException {
        stripe.open(broker.connection());
    }

    @Test
    void whatTheBrokerTookIsConfirmed() throws Exception {
        CompletableFuture<Confirmation> one = send("1");
        CompletableFuture<Confirmation> two = send("2");
        broker.line().ack(2);

        assertThat(two.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        assertThat(one).isNotDone();
        broker.line().ackUpTo(2);
        assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    void whatNoQueueWantedIsUnroutable() throws Exception {
        CompletableFuture<Confirmation> one = send("1");
        CompletableFuture<Confirmation> two = send("2");
        broker.line().giveBack("x", "1");
        broker.line().ackUpTo(2);

        assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.UNROUTABLE);
        assertThat(two.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    void whatTheBrokerSaysNothingOfIsSentAgainOnAFreshChannel() throws Exception {
        CompletableFuture<Confirmation> one = send("1");
        CompletableFuture<Confirmation> two = send("2");
        broker.line().ack(2);
        long sent = System.nanoTime();

        assertThat(stripe.misses(sent + Unconfirmed.PATIENCE / 2)).isFalse();
        assertThat(waiting).isEmpty();
        assertThat(stripe.misses(sent + 2 * Unconfirmed.PATIENCE)).isTrue();
        assertThat(waiting).containsExactly(stripe);
        assertThat(stripe.misses(sent + 2 * Unconfirmed.PATIENCE))
                .as("while it waits for a channel")
                .isFalse();
        broker.written.clear();
        stripe.open(broker.connection());

        assertThat(takeKey()).isEqualTo("1");
        assertThat(stripe.misses(System.nanoTime() + Unconfirmed.PATIENCE * 3 / 2))
                .as("patience that grows")
                .isFalse();
        broker.line().ackUpTo(1);
        assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        assertThat(two.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        assertThat(stripe.misses(Long.MAX_VALUE / 2)).as("nothing is missed").isFalse();
    }

    @Test
    void manyBytesOnTheirWayAreGivenTheTimeOfASlowLine() throws Exception {
        stripe.publish(message("1", new byte[1024 * 1024], new CompletableFuture<>()), new StopSignal());

        assertThat(stripe.misses(System.nanoTime() + 2 * Unconfirmed.PATIENCE)).isFalse();
        assertThat(stripe.misses(System.nanoTime() + 4 * Unconfirmed.PATIENCE)).isTrue();
    }

    @Test
    void whileTheBrokerBlocksPublishersNothingIsMissed() throws Exception {
        var _ = send("1");
        stripe.blocked(true);

        assertThat(stripe.misses(System.nanoTime() + 2 * Unconfirmed.PATIENCE)).isFalse();
    }

    @Test
    @Law(3)
    @DisplayName("What a channel nacks is sent again on a fresh one, in order, before anything new")
    void whatAChannelNacksGoesFirstOnAFreshOne() throws Exception {
        List<CompletableFuture<Confirmation>> sent =
                IntStream.rangeClosed(1, 4).mapToObj(i -> send("" + i)).toList();
        ScriptedBroker.Line nacking = broker.line();
        nacking.ack(1);
        nacking.nack(2);
        assertThat(waiting).containsExactly(stripe);
        Waiting late = new Waiting("late");
        late.foundNoRoom();
        nacking.nack(4);
        broker.written.clear();

        stripe.open(broker.connection());

        assertThat(nacking.aborted).isTrue();
        assertThat(List.of(takeKey(), takeKey(), takeKey(), takeKey())).containsExactly("2", "3", "4", "late");
        broker.line().ackUpTo(4);
        for (CompletableFuture<Confirmation> one : sent) {
            assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        }
        assertThat(late.end.get(5, SECONDS)).isEqualTo("published");
        assertThat(counts.nacked.sum()).isZero();
        assertThat(counts.resent.sum()).isEqualTo(3);
    }

    @Test
    void aConfirmOfAllUpToAMessageDoesNotMeanThoseThatWereNacked() throws Exception {
        CompletableFuture<Confirmation> one = send("1");
        CompletableFuture<Confirmation> two = send("2");
        broker.line().nack(1);
        broker.line().ackUpTo(2);
        broker.written.clear();
        assertThat(two.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        assertThat(one).isNotDone();

        stripe.open(broker.connection());

        assertThat(takeKey()).isEqualTo("1");
        assertThat(broker.written).isEmpty();
    }

    @Test
    @Law(3)
    @DisplayName("A fresh channel that nacks what it is sent first takes nothing new")
    void aFreshChannelThatNacksTooTakesNothingNew() throws Exception {
        var _ = send("1");
        var _ = send("2");
        broker.line().nack(1);
        broker.nacksAll = true;
        waiting.clear();
        stripe.open(broker.connection());
        assertThat(waiting).contains(stripe);
        assertThat(stripe.isOpen()).isFalse();
        broker.nacksAll = false;
        broker.written.clear();

        stripe.open(broker.connection());

        assertThat(stripe.isOpen()).isTrue();
        assertThat(List.of(takeKey(), takeKey())).containsExactly("1", "2");
    }

    @Test
    @Law(6)
    @DisplayName("A queue that nacks on one fresh channel after the other is believed, and holds nobody up")
    void aQueueThatGoesOnNackingIsBelieved() throws Exception {
        CompletableFuture<Confirmation> one = send("1");
        for (int channel = 0; channel < Doubt.IN_A_ROW; channel++) {
            broker.line().nack(1);
            assertThat(stripe.isOpen()).isFalse();
            assertThat(one).isNotDone();
            stripe.open(broker.connection());
        }
        broker.line().nack(1);

        assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.NACKED);
        assertThat(counts.nacked.sum()).isEqualTo(1);
        assertThat(stripe.isOpen()).isTrue();
        CompletableFuture<Confirmation> two = send("2");
        broker.line().ack(2);
        assertThat(two.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    void aReturnIsReportedOnAThreadOfItsOwn() throws Exception {
        CompletableFuture<Thread> caller = new CompletableFuture<>();
        stripe.publish(mandatory(() -> caller.complete(Thread.currentThread())), new StopSignal());
        broker.line().giveBack("", "q");

        assertThat(caller.get(5, SECONDS)).isNotSameAs(Thread.currentThread());
    }

    @Test
    @Law(3)
    @DisplayName("What is unconfirmed is sent again, in order, before anything new")
    void onAFreshChannelTheUnconfirmedGoesFirst() throws Exception {
        List<CompletableFuture<Confirmation>> sent =
                IntStream.rangeClosed(1, 5).mapToObj(i -> send("" + i)).toList();
        broker.line().ack(2);
        broker.line().ack(4);
        broker.written.clear();
        broker.line().close(true);
        CompletableFuture<Confirmation> last = new CompletableFuture<>();
        Thread.startVirtualThread(() -> send("6", last));

        stripe.open(broker.connection());

        assertThat(List.of(takeKey(), takeKey(), takeKey(), takeKey())).containsExactly("1", "3", "5", "6");
        assertThat(counts.resent.sum()).isEqualTo(3);
        broker.line().ackUpTo(4);
        for (CompletableFuture<Confirmation> one : sent) {
            assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        }
        assertThat(last.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    void whatTheOldChannelStillSaysDoesNotCount() throws Exception {
        CompletableFuture<Confirmation> one = send("1");
        ScriptedBroker.Line old = broker.line();
        old.close(true);
        stripe.open(broker.connection());
        old.ack(1);

        assertThat(one).isNotDone();
        broker.line().ack(1);
        assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    void aMessageWrittenIntoABreakingConnectionIsKept() throws Exception {
        broker.line().broken = true;
        CompletableFuture<Confirmation> one = send("1");
        assertThat(broker.written).isEmpty();

        stripe.open(broker.connection());

        assertThat(takeKey()).isEqualTo("1");
        broker.line().ack(1);
        assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    @Law(3)
    @DisplayName("Connections that break again and again, before any confirm, take no message with them")
    void connectionsThatBreakAgainAndAgainTakeNoMessage() throws Exception {
        CompletableFuture<Confirmation> one = send("1");
        for (int broken = 0; broken < 5; broken++) {
            assertThat(takeKey()).isEqualTo("1");
            broker.line().close(true);
            stripe.open(broker.connection());
        }
        broker.line().ack(1);

        assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @ParameterizedTest
    @CsvSource({
        "403, ACCESS_REFUSED - access to exchange 'chat.chunks' in vhost '/' refused for user 'w'",
        "404, NOT_FOUND - no exchange 'chat.chunks' in vhost '/'"
    })
    @Law(3)
    @DisplayName("An exchange of ours that is gone or closed to us is waited for")
    void anExchangeThatIsGoneOrClosedTakesNoMessage(int code, String text) throws Exception {
        CompletableFuture<Confirmation> one = send("1");
        for (int closed = 0; closed < 5; closed++) {
            assertThat(takeKey()).isEqualTo("1");
            broker.line().close(code, text);
            stripe.open(broker.connection());
        }
        broker.line().ack(1);

        assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    @Law(7)
    @DisplayName("A message over which the broker closes two channels is given up, and what is behind it goes on")
    void aMessageThatClosesTwoChannelsIsGivenUp() throws Exception {
        CompletableFuture<Confirmation> bad = send("bad");
        CompletableFuture<Confirmation> good = send("good");
        for (int closed = 0; closed < 2; closed++) {
            assertThat(takeKey()).isEqualTo("bad");
            broker.line().close(406, "PRECONDITION_FAILED - unknown property");
            broker.written.clear();
            openAside();
        }

        assertThat(takeKey()).isEqualTo("good");
        broker.line().ack(1);
        assertThat(bad.get(5, SECONDS)).isEqualTo(Confirmation.NACKED);
        assertThat(good.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    @Law(3)
    @DisplayName("Messages before and behind the one that closes channels are not taken for it")
    void anInnocentMessageIsNotGivenUpForAnother() throws Exception {
        CompletableFuture<Confirmation> before = send("before");
        CompletableFuture<Confirmation> bad = send("bad");
        CompletableFuture<Confirmation> behind = send("behind");
        broker.line().close(406, "PRECONDITION_FAILED - unknown property");
        broker.written.clear();
        openAside();

        assertThat(takeKey()).isEqualTo("before");
        broker.line().ack(1);
        assertThat(takeKey()).as("alone").isEqualTo("bad");
        broker.line().close(406, "PRECONDITION_FAILED - unknown property");
        openAside();
        assertThat(takeKey()).isEqualTo("behind");
        broker.line().ack(1);

        assertThat(before.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        assertThat(bad.get(5, SECONDS)).isEqualTo(Confirmation.NACKED);
        assertThat(behind.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    @Law(3)
    @DisplayName("A connection that is closed over another stripe's message takes no innocent one")
    void aConnectionThatIsClosedOverAnotherStripesMessageTakesNone() throws Exception {
        CompletableFuture<Confirmation> one = send("1");
        CompletableFuture<Confirmation> two = send("2");
        for (int closed = 0; closed < 2; closed++) {
            broker.line().closeConnection(541, "INTERNAL_ERROR");
            broker.written.clear();
            openAside();
            assertThat(takeKey()).isEqualTo("1");
        }
        broker.line().ack(1);
        assertThat(takeKey()).isEqualTo("2");
        broker.line().ack(2);

        assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        assertThat(two.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        Waits.until("a stripe that has caught up", stripe::isOpen);
    }

    @Test
    @Law(7)
    @DisplayName("A message over which the broker closes its connection twice, while it is alone, is given up")
    void aMessageThatClosesConnectionsIsGivenUp() throws Exception {
        CompletableFuture<Confirmation> bad = send("bad");
        CompletableFuture<Confirmation> good = send("good");
        for (int closed = 0; closed < 3; closed++) {
            assertThat(takeKey()).isEqualTo("bad");
            broker.line().closeConnection(541, "INTERNAL_ERROR");
            broker.written.clear();
            openAside();
        }

        assertThat(takeKey()).isEqualTo("good");
        broker.line().ack(1);
        assertThat(bad.get(5, SECONDS)).isEqualTo(Confirmation.NACKED);
        assertThat(good.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    void whatTheBrokerRefusesForItsSizeIsTooLargeAndItsNeighboursGoOnAtOnce() throws Exception {
        CompletableFuture<Confirmation> small = send("small");
        CompletableFuture<Confirmation> large = new CompletableFuture<>();
        stripe.publish(message("large", new byte[101], large), new StopSignal());
        CompletableFuture<Confirmation> behind = send("behind");
        broker.line().close(406, TOO_LARGE);

        assertThat(large.get(5, SECONDS)).isEqualTo(Confirmation.TOO_LARGE);
        assertThat(waiting).containsExactly(stripe);
        assertThat(waits).containsExactly(Duration.ZERO);
        broker.written.clear();
        stripe.open(broker.connection());
        assertThat(List.of(takeKey(), takeKey())).containsExactly("small", "behind");
        broker.line().ackUpTo(2);
        assertThat(small.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        assertThat(behind.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @ParameterizedTest
    @CsvSource({"100, CONFIRMED", "101, TOO_LARGE"})
    void theBrokersLimitIsRememberedByAllStripes(int bytes, Confirmation word) throws Exception {
        stripe.publish(message("large", new byte[200], null), new StopSignal());
        broker.line().close(406, TOO_LARGE);
        broker.written.clear();
        broker.confirmsAll = true;
        Stripe other = new Stripe(counts, limit, Blame::fallsOnAMessage, (_, _) -> {});
        other.open(broker.connection());
        CompletableFuture<Confirmation> confirmation = new CompletableFuture<>();
        other.publish(message("next", new byte[bytes], confirmation), new StopSignal());

        assertThat(confirmation.get(5, SECONDS)).isEqualTo(word);
        assertThat(broker.written).hasSize(word == Confirmation.CONFIRMED ? 1 : 0);
    }

    @Test
    void aChunkThatIsTooLargeIsLeftOutAndItsRequesterIsNotTakenForGone() throws Exception {
        AtomicInteger gone = new AtomicInteger();
        CompletableFuture<Confirmation> chunk = new CompletableFuture<>();
        Message large = new Message("", "q", true, new BasicProperties(), new byte[200]);
        stripe.publish(new Outgoing(large, chunk, gone::incrementAndGet), new StopSignal());
        broker.line().close(406, TOO_LARGE);
        stripe.open(broker.connection());

        assertThat(chunk.get(5, SECONDS)).isEqualTo(Confirmation.TOO_LARGE);
        assertThat(gone).hasValue(0);
    }

    @Test
    void aChannelThatTheClientClosedOverACallbackIsAskedForAnew() throws Exception {
        CompletableFuture<Confirmation> one = send("1");
        broker.line().closeByClient();

        assertThat(waiting).containsExactly(stripe);
        broker.written.clear();
        stripe.open(broker.connection());
        assertThat(takeKey()).isEqualTo("1");
        broker.line().ack(1);
        assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    @Law(6)
    @DisplayName("A broker that blocks is not sent again what is unconfirmed until it takes messages")
    void whatIsUnconfirmedWaitsForABrokerThatBlocks() throws Exception {
        var _ = send("1");
        var _ = send("2");
        broker.line().close(true);
        broker.written.clear();
        // As RabbitMQ does during an alarm: it says so when the first message has come.
        broker.onWritten = () -> stripe.blocked(true);
        openAside();

        assertThat(takeKey()).isEqualTo("1");
        Waits.until("a stripe that waits", () -> opening.getState() == Thread.State.WAITING);
        assertThat(broker.written).isEmpty();
        assertThat(stripe.state()).isEqualTo(StripeState.OPENING);
        broker.onWritten = () -> {};
        stripe.blocked(false);
        assertThat(takeKey()).isEqualTo("2");
        Waits.until("a stripe that has caught up", stripe::isOpen);
    }

    @Test
    @Law(6)
    @DisplayName("A connection that is lost ends the wait for a broker that blocks")
    void aLostConnectionEndsTheWaitForABrokerThatBlocks() throws Exception {
        var _ = send("1");
        var _ = send("2");
        broker.line().close(true);
        broker.onWritten = () -> stripe.blocked(true);
        openAside();
        Waits.until("a stripe that waits", () -> opening.getState() == Thread.State.WAITING);

        broker.line().close(true);
        assertThat(opening.join(Duration.ofSeconds(5))).isTrue();
        assertThat(stripe.state()).isEqualTo(StripeState.LOST);
    }

    @Test
    void whatIsNackedAgainAndAgainWaitsLongerEachTime() throws Exception {
        var _ = send("1");
        for (int channel = 0; channel < Doubt.IN_A_ROW; channel++) {
            broker.line().nack(1);
            stripe.open(broker.connection());
        }

        assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void aMessageThatWasNackedOnSeveralChannelsIsNotTriedOnAnotherAgain() throws Exception {
        CompletableFuture<Confirmation> confirmation = new CompletableFuture<>();
        Outgoing again = message("1", new byte[1], confirmation);
        again.nacks = Doubt.IN_A_ROW;
        stripe.publish(again, new StopSignal());
        broker.line().nack(1);

        assertThat(confirmation.get(5, SECONDS)).isEqualTo(Confirmation.NACKED);
        assertThat(waiting).isEmpty();
    }

    @Test
    void aChannelThatGoesWithItsConnectionIsNotAskedFor() {
        broker.line().close(true);

        assertThat(waiting).isEmpty();
        assertThat(stripe.isOpen()).isFalse();
    }

    @Test
    void aChannelThatIsClosedAloneIsAskedForAnew() {
        broker.line().close(false);

        assertThat(waiting).containsExactly(stripe);
    }

    @Test
    @Law(6)
    @DisplayName("So many unconfirmed messages, then publishing waits")
    void publishingWaitsWhileTheWindowIsFull() throws Exception {
        for (int i = 0; i < Unconfirmed.WINDOW; i++) {
            var _ = send("" + i);
        }
        broker.written.clear();
        Waiting late = new Waiting("late");
        late.foundNoRoom();
        assertThat(broker.written).isEmpty();

        // Behind one that is unconfirmed there is no room yet.
        broker.line().ack(5);
        Waiting other = new Waiting("other");
        other.foundNoRoom();
        assertThat(broker.written).isEmpty();
        other.left.stop();
        assertThat(other.end.get(5, SECONDS)).isEqualTo("abandoned");
        broker.line().ack(1);

        assertThat(takeKey()).isEqualTo("late");
        assertThat(late.end.get(5, SECONDS)).isEqualTo("published");
    }

    @Test
    @Law(6)
    @DisplayName("So many unconfirmed bytes, then publishing waits; one message always goes")
    void publishingWaitsWhileTooManyBytesAreUnconfirmed() throws Exception {
        byte[] huge = new byte[(int) Unconfirmed.WINDOW_BYTES + 1];
        stripe.publish(message("huge", huge, null), new StopSignal());
        assertThat(takeKey()).isEqualTo("huge");
        Waiting late = new Waiting("late");
        late.foundNoRoom();
        assertThat(broker.written).isEmpty();

        broker.line().ack(1);
        assertThat(takeKey()).isEqualTo("late");
    }

    @Test
    @Law(6)
    void publishersThatWaitForRoomAreLetInInTurnAndNobodyIsWokenOutOfTurn() throws Exception {
        List<Waiting> line = aFullWindowAndThoseBehindIt(10);

        for (int i = 0; i < 3; i++) {
            broker.line().ack(i + 1);
            assertThat(takeKey()).isEqualTo("late " + i);
        }
        broker.line().ackUpTo(6);
        assertThat(List.of(takeKey(), takeKey(), takeKey()))
                .as("three for three places")
                .containsExactlyInAnyOrder("late 3", "late 4", "late 5");

        assertThat(line.subList(6, 10))
                .allSatisfy(waiting -> assertThat(waiting.waits())
                        .as("waits of one for which there was no room")
                        .isEqualTo(1));
        assertThat(broker.written).isEmpty();
    }

    @Test
    @Law(6)
    void aPublisherThatLeavesTheLineKeepsNobodyBehindIt() throws Exception {
        List<Waiting> line = aFullWindowAndThoseBehindIt(3);
        line.get(1).left.stop();
        assertThat(line.get(1).end.get(5, SECONDS)).isEqualTo("abandoned");
        line.get(0).left.stop();
        assertThat(line.get(0).end.get(5, SECONDS)).isEqualTo("abandoned");

        broker.line().ack(1);

        assertThat(takeKey()).isEqualTo("late 2");
    }

    @Test
    @Law(6)
    void aLargeMessageThatWaitsForRoomDoesNotHoldUpSmallOnes() throws Exception {
        stripe.publish(message("half", new byte[(int) Unconfirmed.WINDOW_BYTES / 2], null), new StopSignal());
        Waiting large = new Waiting("large", new byte[(int) Unconfirmed.WINDOW_BYTES]);
        large.foundNoRoom();
        assertThat(takeKey()).isEqualTo("half");

        Waiting small = new Waiting("small");

        assertThat(takeKey()).isEqualTo("small");
        assertThat(small.end.get(5, SECONDS)).isEqualTo("published");
        broker.line().ackUpTo(2);
        assertThat(takeKey()).isEqualTo("large");
    }

    private List<Waiting> aFullWindowAndThoseBehindIt(int many) throws Exception {
        for (int i = 0; i < Unconfirmed.WINDOW; i++) {
            var _ = send("" + i);
        }
        broker.written.clear();
        List<Waiting> line = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            Waiting late = new Waiting("late " + i);
            late.foundNoRoom();
            line.add(late);
        }
        return line;
    }

    @Test
    @Law(6)
    @DisplayName("A broker that blocks publishers makes them wait")
    void publishingWaitsWhileTheBrokerBlocks() throws Exception {
        stripe.blocked(true);
        Waiting late = new Waiting("late");
        late.foundNoRoom();
        assertThat(broker.written).isEmpty();

        stripe.blocked(false);
        assertThat(takeKey()).isEqualTo("late");
    }

    @Test
    @Law(4)
    @DisplayName("Whoever waits for a broker that takes nothing ends when its chat is stopped")
    void aWaitThatIsAbandonedEnds() throws Exception {
        stripe.blocked(true);
        Waiting late = new Waiting("late");
        late.foundNoRoom();
        late.left.stop();

        assertThat(late.end.get(5, SECONDS)).isEqualTo("abandoned");
        assertThat(broker.written).isEmpty();
    }

    @Test
    @Law(7)
    @DisplayName("A message that cannot be written fails alone")
    void aMessageThatCannotBeWrittenFailsAlone() throws Exception {
        CompletableFuture<Confirmation> before = send("before");
        ScriptedBroker.Line line = broker.line();
        line.failure = new IllegalArgumentException("Content headers exceeded max frame size");

        assertThatThrownBy(() -> stripe.publish(message("bad", new byte[1], null), new StopSignal()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(line.aborted).isTrue();
        assertThat(waiting).containsExactly(stripe);
        assertThat(stripe.isOpen()).isFalse();
        broker.written.clear();

        stripe.open(broker.connection());
        assertThat(takeKey()).isEqualTo("before");
        assertThat(broker.written).isEmpty();
        broker.line().ack(1);
        assertThat(before.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    @Law(7)
    @DisplayName("Messages that cannot be written take no other with them")
    void messagesThatCannotBeWrittenTakeNoOtherWithThem() throws Exception {
        CompletableFuture<Confirmation> before = send("before");
        for (int bad = 0; bad < 3; bad++) {
            broker.line().failure = new IllegalArgumentException("Content headers exceeded max frame size");
            assertThatThrownBy(() -> stripe.publish(message("bad", new byte[1], null), new StopSignal()))
                    .isInstanceOf(IllegalArgumentException.class);
            stripe.open(broker.connection());
        }
        broker.line().ack(1);

        assertThat(before.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    void aReturnBelongsToTheOldestMandatoryMessageWithItsAddress() throws Exception {
        AtomicInteger first = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(1);
        stripe.publish(
                new Outgoing(
                        new Message("", "q", false, new BasicProperties(), new byte[0]), null, first::incrementAndGet),
                new StopSignal());
        stripe.publish(mandatory(second::countDown), new StopSignal());
        broker.line().giveBack("", "other");
        broker.line().giveBack("", "q");

        assertThat(second.await(5, SECONDS)).isTrue();
        assertThat(first).hasValue(0);
    }

    @Test
    @Law(3)
    @DisplayName("Each request's messages keep their order among many")
    void messagesOfManyThreadsAreAllWrittenInTheirOrder() throws Exception {
        broker.confirmsAll = true;
        Map<String, CompletableFuture<Confirmation>> all = new ConcurrentHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < 4; thread++) {
                String prefix = thread + "-";
                threads.execute(() -> IntStream.range(0, 1000).forEach(i -> all.put(prefix + i, send(prefix + i))));
            }
        }
        assertThat(all).hasSize(4000);
        for (CompletableFuture<Confirmation> one : all.values()) {
            assertThat(one.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
        }

        for (int thread = 0; thread < 4; thread++) {
            String prefix = thread + "-";
            assertThat(broker.written.stream()
                            .map(Written::key)
                            .filter(key -> key.startsWith(prefix))
                            .map(key -> Integer.valueOf(key.substring(prefix.length()))))
                    .hasSize(1000)
                    .isSorted();
        }
    }

    /** Somebody who publishes and has to wait. */
    private final class Waiting {
        final StopSignal left = new StopSignal();
        final CompletableFuture<String> end = new CompletableFuture<>();
        private final Thread thread;

        Waiting(String key) {
            this(key, new byte[1]);
        }

        Waiting(String key, byte[] body) {
            // The JVM counts the waits of platform threads only.
            thread = Thread.ofPlatform().daemon().start(() -> {
                try {
                    stripe.publish(message(key, body, null), left);
                    end.complete("published");
                } catch (PublishAbandoned e) {
                    end.complete("abandoned");
                }
            });
        }

        /** Returns when it has found no room and waits. */
        void foundNoRoom() {
            Waits.until("somebody who waits for room", () -> thread.getState() == Thread.State.WAITING);
        }

        /** How often it has begun to wait. */
        long waits() {
            return ManagementFactory.getThreadMXBean()
                    .getThreadInfo(thread.threadId())
                    .getWaitedCount();
        }
    }

    /** Goes on with a fresh channel; what was unconfirmed may have to go one by one, or to wait. */
    private void openAside() {
        opening = Thread.startVirtualThread(() -> {
            try {
                stripe.open(broker.connection());
            } catch (IOException | AlreadyClosedException e) {
                // The test has closed it.
            }
        });
        Waits.until("a fresh channel", () -> stripe.state() != StripeState.LOST || !opening.isAlive());
    }

    private String takeKey() throws InterruptedException {
        return broker.take().key();
    }

    private CompletableFuture<Confirmation> send(String key) {
        CompletableFuture<Confirmation> confirmation = new CompletableFuture<>();
        send(key, confirmation);
        return confirmation;
    }

    private void send(String key, CompletableFuture<Confirmation> confirmation) {
        try {
            stripe.publish(message(key, key.getBytes(UTF_8), confirmation), new StopSignal());
        } catch (PublishAbandoned e) {
            confirmation.completeExceptionally(e);
        }
    }

    private static Outgoing message(String key, byte[] body, CompletableFuture<Confirmation> confirmation) {
        return new Outgoing(new Message("x", key, true, new BasicProperties(), body), confirmation, null);
    }

    private static Outgoing mandatory(Runnable onReturned) {
        return new Outgoing(new Message("", "q", true, new BasicProperties(), new byte[0]), null, onReturned);
    }
}
