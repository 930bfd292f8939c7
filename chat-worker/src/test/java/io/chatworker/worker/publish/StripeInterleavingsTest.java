package io.chatworker.worker.publish;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Interleavings;
import io.chatworker.worker.testing.Interleavings.Scenario;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * However publishers, the client's reader and whoever opens channels interleave: each message is settled, and on the
 * channel that is left they are in order and none is missing; whoever waits returns.
 */
@Law({3, 6})
@Tag("interleavings")
class StripeInterleavingsTest {

    @Test
    void aConnectionThatIsLostAndReplacedTakesNoMessageWithIt() {
        Interleavings.explore(60, () -> new LostAndReplaced());
    }

    @Test
    void aNackIsTriedAgainOnAnotherChannelInOrder() {
        Interleavings.explore(60, () -> new NackedAndReplaced());
    }

    @Test
    void twoPublishersOneOfWhomIsStoppedWhileTheBrokerBlocks() {
        // Few schedules have the room come just when its publisher leaves.
        Interleavings.explore(200, () -> new StoppedWhileBlocked());
    }

    @Test
    void twoPublishersBehindAFullWindowThatEmptiesBitByBit() {
        Interleavings.explore(100, () -> new BehindAFullWindow());
    }

    @Test
    void aConfirmSettlesTheMessageItNames() {
        Interleavings.explore(60, () -> new TwoPublishersOneConfirm());
    }

    /** A channel on which two messages go out, one is confirmed or none, and which is lost while another is opened. */
    private static class LostAndReplaced implements Scenario {

        final Stripe stripe = stripe();
        final Line first = new Line();
        private final Line second = new Line();
        private final Outgoing[] messages = {message(0), message(1)};

        @Override
        public Runnable[] parts() {
            open(stripe, first);
            return new Runnable[] {this::publish, this::answerAndLose, () -> open(stripe, second)};
        }

        private void publish() {
            for (Outgoing message : messages) {
                send(stripe, message, new StopSignal());
            }
        }

        /** What the client's reader thread brings. */
        void answerAndLose() {
            if (first.written() > 0) {
                first.confirm(1);
            }
            first.close(true, false);
        }

        @Override
        public void check() {
            second.confirm(second.written());
            int next = 0;
            for (int i = 0; i < second.written(); i++) {
                Interleavings.require(second.body(i) >= next, "message " + second.body(i) + " in order and once");
                next = second.body(i) + 1;
            }
            for (Outgoing message : messages) {
                Interleavings.require(
                        message.confirmation.getNow(null) == Confirmation.CONFIRMED, "each message confirmed");
            }
            Interleavings.require(stripe.isOpen(), "open on the second channel");
        }
    }

    /** The same, with a nack for the first message. */
    private static final class NackedAndReplaced extends LostAndReplaced {

        @Override
        void answerAndLose() {
            if (first.written() > 0) {
                first.nack(1);
            }
        }
    }

    /** Two publishers on one channel, and the broker's word on the first message only. */
    private static final class TwoPublishersOneConfirm implements Scenario {

        private final Stripe stripe = stripe();
        private final Line line = new Line();
        private final Outgoing[] messages = {message(0), message(1)};

        @Override
        public Runnable[] parts() {
            open(stripe, line);
            return new Runnable[] {
                () -> send(stripe, messages[0], new StopSignal()), () -> send(stripe, messages[1], new StopSignal()),
            };
        }

        @Override
        public void check() {
            line.confirm(1);
            Outgoing first = messages[line.body(0)];
            Outgoing second = messages[line.body(1)];
            Interleavings.require(first.confirmation.isDone(), "the first to be written is confirmed");
            Interleavings.require(!second.confirmation.isDone(), "the second is not");
        }
    }

    /** Two publishers wait for a broker that blocks; one is stopped, and the broker goes on. */
    private static final class StoppedWhileBlocked implements Scenario {

        private final Stripe stripe = stripe();
        private final Line line = new Line();
        private final StopSignal stop = new StopSignal();
        private final Outgoing stopped = message(0);
        private final Outgoing patient = message(1);
        private boolean sent;

        @Override
        public Runnable[] parts() {
            open(stripe, line);
            stripe.blocked(true);
            return new Runnable[] {
                () -> sent = send(stripe, stopped, stop),
                () -> send(stripe, patient, new StopSignal()),
                () -> {
                    stop.stop();
                    stripe.blocked(false);
                }
            };
        }

        @Override
        public void check() {
            line.confirm(line.written());
            Interleavings.require(line.written() == (sent ? 2 : 1), "written once where it was sent");
            Interleavings.require(patient.confirmation.isDone(), "the patient one went out");
            Interleavings.require(stopped.confirmation.isDone() == sent, "confirmed where it was sent");
        }
    }

    /** Two messages leave no room for two others, and are confirmed one after the other. */
    private static final class BehindAFullWindow implements Scenario {

        private static final byte[] HALF = new byte[(int) Unconfirmed.WINDOW_BYTES / 2];

        private final Stripe stripe = stripe();
        private final Line line = new Line();
        private final Outgoing[] late = {message(1), message(2)};

        @Override
        public Runnable[] parts() {
            open(stripe, line);
            send(stripe, message(HALF), new StopSignal());
            send(stripe, message(HALF), new StopSignal());
            return new Runnable[] {
                () -> send(stripe, late[0], new StopSignal()),
                () -> send(stripe, late[1], new StopSignal()),
                () -> {
                    line.confirm(1);
                    line.confirm(2);
                }
            };
        }

        @Override
        public void check() {
            Interleavings.require(line.written() == 4, "all are written");
            line.confirm(4);
            Interleavings.require(late[0].confirmation.isDone() && late[1].confirmation.isDone(), "and confirmed");
        }
    }

    private static Stripe stripe() {
        return new Stripe(new PublishCounts(), new SizeLimit(), Blame::fallsOnAMessage, (_, _) -> {});
    }

    private static void open(Stripe stripe, Line line) {
        try {
            stripe.open(line.connection());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Outgoing message(int number) {
        return message(new byte[] {(byte) number});
    }

    private static Outgoing message(byte[] body) {
        return new Outgoing(new Message("e", "k", false, new BasicProperties(), body), new CompletableFuture<>(), null);
    }

    /** Whether it went out. */
    private static boolean send(Stripe stripe, Outgoing message, StopSignal stop) {
        try {
            stripe.publish(message, stop);
            return true;
        } catch (PublishAbandoned e) {
            return false;
        }
    }

    /** One channel of a connection to no broker; small, since each step of it is explored. */
    private static final class Line implements InvocationHandler {

        private final byte[] bodies = new byte[8];
        private int written;
        private boolean closed;
        private ConfirmCallback acked;
        private ConfirmCallback nacked;
        private ShutdownListener listener;

        Connection connection() {
            return (Connection) proxy(Connection.class);
        }

        private Object proxy(Class<?> type) {
            return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this);
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // A proxy equals itself alone.
        public Object invoke(Object self, Method method, Object[] arguments) {
            return switch (method.getName()) {
                case "equals" -> self == arguments[0];
                case "hashCode" -> 1;
                case "toString" -> "a line";
                case "createChannel" -> proxy(Channel.class);
                case "addConfirmListener" -> {
                    acked = (ConfirmCallback) arguments[0];
                    nacked = (ConfirmCallback) arguments[1];
                    yield null;
                }
                case "addShutdownListener" -> {
                    listener = (ShutdownListener) arguments[0];
                    yield null;
                }
                case "basicPublish" -> {
                    write(((byte[]) arguments[4])[0]);
                    yield null;
                }
                case "abort" -> {
                    close(false, true);
                    yield null;
                }
                case "rpc", "addReturnListener" -> null;
                default -> throw new UnsupportedOperationException(method.toString());
            };
        }

        private synchronized void write(byte number) {
            if (closed) {
                throw new AlreadyClosedException(new ShutdownSignalException(true, false, null, null));
            }
            bodies[written++] = number;
        }

        synchronized int written() {
            return written;
        }

        int body(int index) {
            return bodies[index];
        }

        void confirm(int upTo) {
            answer(acked, upTo);
        }

        void nack(int upTo) {
            answer(nacked, upTo);
        }

        private static void answer(ConfirmCallback callback, int upTo) {
            try {
                callback.handle(upTo, true);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        void close(boolean withConnection, boolean byUs) {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            listener.shutdownCompleted(new ShutdownSignalException(withConnection, byUs, null, null));
        }
    }
}
