package io.chatworker.worker.testing;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.client.ChatClient;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A namespace of its own on a broker, and what was recorded in it. Closing removes all of it. */
final class Namespace implements AutoCloseable {

    private final TestBroker broker;
    private final Topology topology = new Topology(Ask.id("t"));
    private final Queues queues = new Queues(this::connection);
    private Connection connection;
    private Channel channel;
    private @Nullable RecordedEvents events;
    private @Nullable ChatClient chat;
    private boolean leavesRequests;

    Namespace(TestBroker broker) {
        this.broker = broker;
        connect();
    }

    private void connect() {
        connection = broker.connect();
        try {
            channel = connection.createChannel();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects again after the broker was gone, and goes on recording events. */
    void reconnect() {
        connect();
        if (events != null) {
            events.resume(connection);
        }
    }

    TestBroker broker() {
        return broker;
    }

    Topology topology() {
        return topology;
    }

    Connection connection() {
        return connection;
    }

    Channel channel() {
        return channel;
    }

    Queues queues() {
        return queues;
    }

    /** All events, recorded from the first call on. */
    RecordedEvents events() {
        if (events == null) {
            events = RecordedEvents.all(connection, topology);
        }
        return events;
    }

    /** A client of the workers here, connected at the first call. */
    ChatClient chat() {
        if (chat == null) {
            chat = ChatClient.builder().uri(broker.uri()).topology(topology).connect();
        }
        return chat;
    }

    /** The test leaves requests in the queue on purpose. */
    void leavesRequests() {
        leavesRequests = true;
    }

    /** No event came that nobody awaited. */
    void assertExhausted() {
        if (events != null) {
            events.assertExhausted();
        }
    }

    /** No request is left. Workers that are gone have requeued what they did not settle, so this counts that too. */
    void assertSettled() {
        int left = leavesRequests ? 0 : queues.waitingIfThere(topology.requests());
        if (left > 0) {
            throw new AssertionError(left + " requests were not settled");
        }
    }

    @Override
    public void close() {
        if (chat != null) {
            chat.close();
        }
        List<String> own = new ArrayList<>(topology.queues());
        own.add(topology.namespace() + ".recorded");
        queues.remove(topology.exchanges(), own);
        connection.abort(5_000);
    }
}
