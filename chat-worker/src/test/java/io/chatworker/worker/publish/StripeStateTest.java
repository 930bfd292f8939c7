package io.chatworker.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each transition of the table in {@link Ledger}. */
@Timeout(20)
class StripeStateTest {

    private final ScriptedBroker broker = new ScriptedBroker();
    private final List<Stripe> waiting = new ArrayList<>();
    private final Stripe stripe =
            new Stripe(new PublishCounts(), new SizeLimit(), Blame::fallsOnAMessage, (which, _) -> waiting.add(which));
    /** What the stripe was while its fresh channel was sent the unconfirmed. */
    private final List<StripeState> whileSending = new ArrayList<>();

    @Test
    void beforeItsFirstChannelItIsLost() {
        assertThat(stripe.state()).isEqualTo(StripeState.LOST);
    }

    @Test
    void lostToOpeningToOpenByAFreshChannel() throws Exception {
        open();
        send("1");
        broker.line().close(true);
        assertThat(stripe.state()).isEqualTo(StripeState.LOST);
        broker.onWritten = () -> whileSending.add(stripe.state());

        stripe.open(broker.connection());

        assertThat(whileSending).containsExactly(StripeState.OPENING);
        assertThat(stripe.state()).isEqualTo(StripeState.OPEN);
    }

    @Test
    void openingToDoubtedByANack() throws Exception {
        open();
        send("1");
        broker.line().close(true);
        broker.nacksAll = true;

        stripe.open(broker.connection());

        assertThat(stripe.state()).isEqualTo(StripeState.DOUBTED);
        assertThat(waiting).containsExactly(stripe);
    }

    @Test
    void openingToLostByAClosedChannel() throws Exception {
        open();
        send("1");
        broker.line().close(true);
        broker.onWritten = () -> broker.line().close(false);

        stripe.open(broker.connection());

        assertThat(stripe.state()).isEqualTo(StripeState.LOST);
        assertThat(waiting).containsExactly(stripe);
    }

    @Test
    void openToDoubtedByANack() throws Exception {
        open();
        send("1");
        broker.line().nack(1);

        assertThat(stripe.state()).isEqualTo(StripeState.DOUBTED);
        assertThat(waiting).containsExactly(stripe);
    }

    @Test
    void openStaysOpenByANackThatIsTheQueuesWord() throws Exception {
        open();
        send("1");
        for (int channel = 0; channel < Doubt.IN_A_ROW; channel++) {
            broker.line().nack(1);
            stripe.open(broker.connection());
        }
        broker.line().nack(1);

        assertThat(stripe.state()).isEqualTo(StripeState.OPEN);
    }

    @Test
    void openToDoubtedByAMissingConfirm() throws Exception {
        open();
        send("1");

        assertThat(stripe.misses(System.nanoTime() + 2 * Unconfirmed.PATIENCE)).isTrue();
        assertThat(stripe.state()).isEqualTo(StripeState.DOUBTED);
        assertThat(waiting).containsExactly(stripe);
    }

    @Test
    void openToDoubtedToOpeningByAFreshChannelThatReplacesIt() throws Exception {
        open();
        broker.line().onAbort = () -> whileSending.add(stripe.state());

        stripe.open(broker.connection());

        assertThat(whileSending).containsExactly(StripeState.DOUBTED);
        assertThat(stripe.state()).isEqualTo(StripeState.OPEN);
        assertThat(waiting).isEmpty();
    }

    @Test
    void openToLostByAClosedChannel() throws Exception {
        open();
        broker.line().close(false);

        assertThat(stripe.state()).isEqualTo(StripeState.LOST);
        assertThat(waiting).containsExactly(stripe);
    }

    @Test
    void openToLostByAWriteThatFails() throws Exception {
        open();
        broker.line().broken = true;
        send("1");

        assertThat(stripe.state()).isEqualTo(StripeState.LOST);
        assertThat(waiting).containsExactly(stripe);
    }

    @Test
    void openToLostByAMessageThatCannotBeWritten() throws Exception {
        open();
        broker.line().failure = new IllegalArgumentException("Content headers exceeded max frame size");

        assertThatThrownBy(() -> send("1")).isInstanceOf(IllegalArgumentException.class);
        assertThat(stripe.state()).isEqualTo(StripeState.LOST);
        assertThat(waiting).containsExactly(stripe);
    }

    @Test
    void doubtedToLostByAClosedChannelIsNoNews() throws Exception {
        open();
        send("1");
        broker.line().nack(1);
        broker.line().close(false);

        assertThat(stripe.state()).isEqualTo(StripeState.LOST);
        assertThat(waiting).as("asked for once").containsExactly(stripe);
    }

    @Test
    void doubtedStaysDoubtedByFurtherNacks() throws Exception {
        open();
        send("1");
        send("2");
        broker.line().nack(1);
        broker.line().nack(2);

        assertThat(stripe.state()).isEqualTo(StripeState.DOUBTED);
        assertThat(waiting).as("asked for once").containsExactly(stripe);
    }

    private void open() throws IOException {
        stripe.open(broker.connection());
        assertThat(stripe.state()).isEqualTo(StripeState.OPEN);
    }

    private void send(String key) throws PublishAbandoned {
        stripe.publish(new Outgoing(new Message("x", key, true, new BasicProperties(), new byte[1])), new StopSignal());
    }
}
