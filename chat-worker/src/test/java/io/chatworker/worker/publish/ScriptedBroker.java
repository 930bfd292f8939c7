package io.chatworker.worker.publish;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ReturnCallback;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A connection to no broker, whose channels keep what is published and answer as a test says. The client's interfaces
 * have a hundred methods; those that a stripe does not use fail.
 */
final class ScriptedBroker {

    /** One message as it was written. */
    record Written(String exchange, String key, boolean mandatory, BasicProperties properties, String body) {}

    /** All that was written, on whatever channel, in order. */
    final BlockingQueue<Written> written = new LinkedBlockingQueue<>();

    private final List<Line> lines = new CopyOnWriteArrayList<>();
    volatile boolean confirmsAll;
    /** Nacks whatever comes. */
    volatile boolean nacksAll;
    /** Runs after each message that was written. */
    volatile Runnable onWritten = () -> {};

    Connection connection() {
        return proxy(Connection.class, (_, method, _) -> {
            if (!method.getName().equals("createChannel")) {
                throw new UnsupportedOperationException(method.toString());
            }
            lines.add(new Line());
            return line().channel;
        });
    }

    /** The newest channel. */
    Line line() {
        return lines.getLast();
    }

    /** The next message that was written. */
    Written take() throws InterruptedException {
        Written next = written.poll(10, SECONDS);
        assertThat(next).as("a message within 10 s").isNotNull();
        return next;
    }

    /** One channel. */
    final class Line implements InvocationHandler {
        private final Channel channel = proxy(Channel.class, this);
        private ConfirmCallback acked;
        private ConfirmCallback nacked;
        private ReturnCallback returned;
        private ShutdownListener closed;
        private long tag;
        /** Thrown by each write. */
        volatile RuntimeException failure;

        volatile boolean broken;
        volatile boolean aborted;
        volatile Runnable onAbort = () -> {};

        @Override
        public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
            switch (method.getName()) {
                case "rpc" -> assertThat(arguments[0]).isInstanceOf(AMQP.Confirm.Select.class);
                case "addConfirmListener" -> {
                    acked = (ConfirmCallback) arguments[0];
                    nacked = (ConfirmCallback) arguments[1];
                }
                case "addReturnListener" -> returned = (ReturnCallback) arguments[0];
                case "addShutdownListener" -> closed = (ShutdownListener) arguments[0];
                case "abort" -> abort();
                case "basicPublish" -> publish(arguments);
                default -> throw new UnsupportedOperationException(method.toString());
            }
            return null;
        }

        private void publish(Object[] arguments) {
            if (broken) {
                throw new AlreadyClosedException(new ShutdownSignalException(true, false, null, null));
            }
            if (failure != null) {
                throw failure;
            }
            written.add(new Written(
                    (String) arguments[0],
                    (String) arguments[1],
                    (boolean) arguments[2],
                    (BasicProperties) arguments[3],
                    new String((byte[]) arguments[4], StandardCharsets.UTF_8)));
            long mine = ++tag;
            if (confirmsAll) {
                Thread.startVirtualThread(() -> ack(mine));
            }
            if (nacksAll) {
                nack(mine);
            }
            onWritten.run();
        }

        private void abort() {
            onAbort.run();
            aborted = true;
            broken = true;
            closed.shutdownCompleted(new ShutdownSignalException(false, true, why(AMQP.REPLY_SUCCESS, "OK"), channel));
        }

        void ack(long number) {
            confirm(acked, number, false);
        }

        void ackUpTo(long number) {
            confirm(acked, number, true);
        }

        void nack(long number) {
            confirm(nacked, number, false);
        }

        private static void confirm(ConfirmCallback callback, long number, boolean multiple) {
            try {
                callback.handle(number, multiple);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        void giveBack(String exchange, String key) {
            returned.handle(new Return(312, "NO_ROUTE", exchange, key, new BasicProperties(), new byte[0]));
        }

        /** The connection is gone, or this channel alone. */
        void close(boolean withConnection) {
            broken = true;
            closed.shutdownCompleted(new ShutdownSignalException(withConnection, false, null, channel));
        }

        /** The broker closes the connection, and says why. */
        void closeConnection(int code, String text) {
            broken = true;
            AMQP.Connection.Close close = new AMQP.Connection.Close.Builder()
                    .replyCode(code)
                    .replyText(text)
                    .classId(60)
                    .methodId(40)
                    .build();
            closed.shutdownCompleted(new ShutdownSignalException(true, false, close, channel));
        }

        /** The client closes this channel, as it does where a callback throws. */
        void closeByClient() {
            broken = true;
            closed.shutdownCompleted(new ShutdownSignalException(
                    false, true, why(AMQP.REPLY_SUCCESS, "Closed due to exception"), channel));
        }

        /** The broker closes this channel, and says why. */
        void close(int code, String text) {
            broken = true;
            closed.shutdownCompleted(new ShutdownSignalException(false, false, why(code, text), channel));
        }

        private static AMQP.Channel.Close why(int code, String text) {
            return new AMQP.Channel.Close.Builder()
                    .replyCode(code)
                    .replyText(text)
                    .classId(60)
                    .methodId(40)
                    .build();
        }
    }

    @SuppressWarnings("ReferenceEquality") // A proxy equals itself alone.
    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> switch (method.getName()) {
                    case "toString" -> type.getSimpleName();
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == args[0];
                    default -> handler.invoke(self, method, args);
                }));
    }
}
