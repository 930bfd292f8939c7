package io.chatworker.worker.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue of this worker's own and the channel it is consumed on: exclusive, gone with its connection, under a new name
 * each time. The methods of a consumer are called by the client, in order.
 */
public final class OwnQueue extends DefaultConsumer {

    private static final Logger log = LoggerFactory.getLogger(OwnQueue.class);

    /** Messages on their way to this process: a flood must not fill the connection that requests come on. */
    private static final int PREFETCH = 100;

    private final Connection connection;
    private final String name;
    private final BiConsumer<BasicProperties, byte[]> listener;
    private final Consumer<OwnQueue> lost;

    /**
     * Not there yet.
     *
     * @param prefix of its name
     * @param listener hears what comes, one message after the other; must not throw
     * @param lost called on a thread of its own when the queue or its channel is gone, whoever closed it; perhaps twice
     */
    public OwnQueue(
            Connection connection, String prefix, BiConsumer<BasicProperties, byte[]> listener, Consumer<OwnQueue> lost)
            throws IOException {
        super(BrokerConnection.channel(connection));
        this.connection = connection;
        this.name = prefix + UUID.randomUUID().toString().substring(0, 8);
        this.listener = listener;
        this.lost = lost;
    }

    /** Declares it, binds it where there is an exchange, and consumes from it; where that fails, its channel is closed. */
    public void open(Map<String, Object> arguments, @Nullable String exchange) throws IOException {
        try {
            getChannel().queueDeclare(name, false, true, true, arguments);
            if (exchange != null) {
                getChannel().queueBind(name, exchange, "");
            }
            getChannel().basicQos(PREFETCH);
            getChannel().basicConsume(name, false, this);
        } catch (IOException | RuntimeException e) {
            abort();
            throw e;
        }
    }

    public Connection connection() {
        return connection;
    }

    public String name() {
        return name;
    }

    public boolean isOpen() {
        return getChannel().isOpen();
    }

    /** Gives the channel up, and with it the queue. */
    public void abort() {
        try {
            getChannel().abort();
        } catch (IOException | RuntimeException e) {
            log.debug("the channel of {} was closed already", name);
        }
    }

    @Override
    public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body)
            throws IOException {
        listener.accept(properties, body);
        getChannel().basicAck(envelope.getDeliveryTag(), false);
    }

    /** The queue was deleted. */
    @Override
    public void handleCancel(String tag) {
        Thread.startVirtualThread(() -> lost.accept(this));
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException signal) {
        Thread.startVirtualThread(() -> lost.accept(this));
    }
}
