package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A channel to no broker, on which a test delivers. It notes what is asked of it, and fails where it is told to. */
final class ScriptedChannel implements InvocationHandler {

    /** What was asked: {@code consume 3} with its prefetch, {@code cancel}, {@code ack 1}, {@code requeue 1}. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    final CountDownLatch aborted = new CountDownLatch(1);
    final Channel channel =
            (Channel) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Channel.class}, this);

    private final Map<String, Consumer> consumers = new ConcurrentHashMap<>();
    private final List<String> tags = new CopyOnWriteArrayList<>();
    private final List<ShutdownListener> closed = new CopyOnWriteArrayList<>();
    private volatile String failing = "";
    private int qos;
    private long deliveries;

    /** From here on this method of the client's throws. */
    void fail(String method) {
        failing = method;
    }

    /** The consumers that are on now. */
    int consumers() {
        return consumers.size();
    }

    /** A delivery to the latest consumer. */
    void deliver() throws IOException {
        String tag = tags.getLast();
        consumers
                .get(tag)
                .handleDelivery(
                        tag,
                        new Envelope(++deliveries, false, "chat.requests", "any"),
                        new BasicProperties(),
                        new byte[0]);
    }

    /** The broker closes the channel, or the client does so itself. */
    void close(boolean byApplication) {
        ShutdownSignalException signal = new ShutdownSignalException(false, byApplication, null, null);
        closed.forEach(listener -> listener.shutdownCompleted(signal));
    }

    /** The broker cancels the latest consumer. */
    void cancelByBroker() throws IOException {
        consumers.get(tags.getLast()).handleCancel(tags.getLast());
    }

    @Override
    public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals(failing)) {
            throw new IOException(failing + " failed");
        }
        switch (method.getName()) {
            case "basicQos" -> qos = (int) arguments[0];
            case "basicConsume" -> {
                String tag = (String) arguments[2];
                consumers.put(tag, (Consumer) arguments[3]);
                tags.add(tag);
                calls.add("consume " + qos);
                return tag;
            }
            case "basicCancel" -> {
                String tag = (String) arguments[0];
                calls.add("cancel");
                consumers.remove(tag).handleCancelOk(tag);
            }
            case "basicAck" -> calls.add("ack " + arguments[0]);
            case "basicNack" -> calls.add("requeue " + arguments[0]);
            case "addShutdownListener" -> closed.add((ShutdownListener) arguments[0]);
            case "abort" -> aborted.countDown();
            default -> throw new UnsupportedOperationException(method.toString());
        }
        return null;
    }
}
