package io.chatworker.cli;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import io.chatworker.contracts.CancelCommand;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;

/** Sends requests and commands over one connection. */
final class Asker implements AutoCloseable {

    private final Connection connection;
    private final Topology topology;
    private final Publisher publisher;

    Asker(Broker broker) {
        connection = broker.connect();
        topology = broker.topology();
        try {
            publisher = new Publisher(connection);
        } catch (IOException e) {
            throw Broken.trouble(e, topology);
        }
    }

    /** Listens for the events of the request before it sends it, so that none is missed. */
    Question ask(ChatRequest request) {
        String id = Objects.requireNonNull(request.requestId());
        try {
            EventQueue events = new EventQueue(connection).follow(topology, "*." + id + ".*");
            String key = RoutingKey.of(request.model());
            switch (publisher.publish(topology.requests(), key, requestProperties(id), Json.bytes(request))) {
                case TAKEN -> {}
                case RETURNED ->
                    throw new Trouble(
                            "No queue takes requests for '" + key + "'.",
                            "Start a worker with ops/worker, which declares the queue, or ask for a model that a pool serves.");
                case REFUSED ->
                    throw new Trouble(
                            "The queue of requests is full.", "Wait until the workers catch up, or start more.");
            }
            return new Question(id, events, this);
        } catch (IOException | RuntimeException e) {
            throw e instanceof Trouble trouble ? trouble : Broken.trouble(e, topology);
        }
    }

    /** Sends the command; false when no worker listens. */
    boolean cancel(CancelCommand command) {
        AMQP.BasicProperties properties = properties(Contract.TYPE_CANCEL).build();
        try {
            return publisher.publish(topology.control(), "", properties, Json.bytes(command))
                    == Publisher.Outcome.TAKEN;
        } catch (IOException | RuntimeException e) {
            throw e instanceof Trouble trouble ? trouble : Broken.trouble(e, topology);
        }
    }

    /** Whether a worker consumes the queue of requests without a pool now. */
    boolean anyWorkerTakesRequests() {
        try (var channel = connection.createChannel()) {
            return channel.queueDeclarePassive(topology.requests()).getConsumerCount() > 0;
        } catch (IOException | java.util.concurrent.TimeoutException | RuntimeException e) {
            // We cannot know (no permission, or only pools): say nothing rather than something wrong.
            return true;
        }
    }

    Topology topology() {
        return topology;
    }

    private static AMQP.BasicProperties requestProperties(String id) {
        return properties(Contract.TYPE_REQUEST)
                .messageId(id)
                .correlationId(id)
                .deliveryMode(2)
                .build();
    }

    private static AMQP.BasicProperties.Builder properties(String type) {
        return new AMQP.BasicProperties.Builder()
                .contentType("application/json")
                .type(type)
                .timestamp(Date.from(Instant.now()));
    }

    @Override
    public void close() {
        connection.abort(1_000);
    }
}
