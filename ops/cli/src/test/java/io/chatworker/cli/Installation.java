package io.chatworker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.EventName;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.TestBroker;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A namespace of its own on the broker, set up like a worker does, and the command line run on it. */
final class Installation implements AutoCloseable {

    final Topology topology = new Topology(NewId.of("t"));
    final Connection connection;
    final Channel channel;

    Installation() throws IOException {
        connection = TestBroker.shared().connect();
        channel = connection.createChannel();
        channel.exchangeDeclare(topology.requestsDefault(), "fanout", true);
        channel.exchangeDeclare(
                topology.requests(), "topic", true, false, Map.of("alternate-exchange", topology.requestsDefault()));
        channel.exchangeDeclare(topology.chunks(), "topic", true);
        channel.exchangeDeclare(topology.completions(), "topic", true);
        channel.exchangeDeclare(topology.control(), "fanout", true);
        channel.exchangeDeclare(topology.deadLetters(), "topic", true);
        channel.exchangeDeclare(topology.rejected(), "topic", true);
        channel.exchangeDeclare(topology.tools(), "topic", true);
        for (String queue : topology.queues()) {
            channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
        }
        channel.queueBind(topology.requests(), topology.requestsDefault(), "");
        channel.queueBind(topology.deadLetters(), topology.deadLetters(), "#");
        channel.queueBind(topology.rejected(), topology.rejected(), "#");
    }

    /** Runs the command line for this installation. */
    Run cli(String... arguments) {
        return Run.of(environment(), "", arguments);
    }

    Map<String, String> environment() {
        return Map.of("RABBITMQ_URI", TestBroker.shared().uri(), "CHAT_NAMESPACE", topology.namespace());
    }

    /** The commands that the workers hear, each as its type and body. */
    BlockingQueue<String> listen() throws IOException {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        onCommand(message -> heard.add(message.getProperties().getType() + " " + new String(message.getBody(), UTF_8)));
        return heard;
    }

    /** Plays a worker that describes itself, and pauses for this reason; null where it does not. */
    void describe(@Nullable String paused) throws IOException {
        Channel answering = connection.createChannel();
        ObjectNode description = (ObjectNode) Json.tree("""
                {"worker": "w1", "queue": "q", "version": "1.0", "contract_version": 1, "default_model": "m",
                 "models": [{"name": "m", "allowed": true, "capabilities": ["completion"]}],
                 "agents": ["general"], "limits": {"max_message_chars": 4000}, "concurrency": 2,
                 "in_flight": 1}""".getBytes(UTF_8));
        description.put("paused", paused);
        onCommand(message -> {
            AMQP.BasicProperties asked = message.getProperties();
            if (Contract.TYPE_DESCRIBE.equals(asked.getType())) {
                AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                        .type(Contract.TYPE_DESCRIPTION)
                        .correlationId(asked.getCorrelationId())
                        .build();
                answering.basicPublish("", asked.getReplyTo(), properties, Json.bytes(description));
            }
        });
    }

    /** What a worker does with a command. */
    private interface OnCommand {
        void heard(Delivery command) throws IOException;
    }

    private void onCommand(OnCommand then) throws IOException {
        Channel listening = connection.createChannel();
        String queue = listening.queueDeclare().getQueue();
        listening.queueBind(queue, topology.control(), "");
        listening.basicConsume(queue, true, (tag, message) -> then.heard(message), tag -> {});
    }

    /** Plays a worker that answers each request with {@code answer}. */
    void serve(Worker answer) throws IOException {
        Channel publishing = connection.createChannel();
        channel.basicConsume(
                topology.requests(),
                true,
                (tag, message) -> answer.answer(new Reply(publishing, message.getBody())),
                tag -> {});
    }

    /** How the worker answers a request. */
    interface Worker {

        void answer(Reply reply) throws IOException;
    }

    /** Publishes a request's events. */
    final class Reply {

        final JsonNode request;
        private final Channel publishing;

        Reply(Channel publishing, byte[] body) {
            this.publishing = publishing;
            this.request = Json.tree(body);
        }

        /** Adds the keys that all events have to those given. */
        Reply event(EventName name, String keys) throws IOException {
            return event(name, 1, "run1", keys);
        }

        Reply event(EventName name, int attempt, String run, String keys) throws IOException {
            String request = this.request.get("request_id").stringValue();
            String conversation = this.request.get("conversation_id").stringValue();
            String body = """
                    {"contract_version": 1, "request_id": "%s", "conversation_id": "%s", "attempt": %d, "run": "%s"%s}""".formatted(request, conversation, attempt, run, keys.isEmpty() ? "" : ", " + keys);
            boolean terminal = name.compareTo(EventName.COMPLETED) >= 0;
            publishing.basicPublish(
                    terminal ? topology.completions() : topology.chunks(),
                    Topology.routingKey(conversation, request, name),
                    new AMQP.BasicProperties.Builder().type(Contract.type(name)).build(),
                    body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return this;
        }
    }

    @Override
    public void close() throws IOException {
        for (String queue : topology.queues()) {
            channel.queueDelete(queue);
        }
        for (String exchange : topology.exchanges()) {
            channel.exchangeDelete(exchange);
        }
        connection.abort(1_000);
    }
}
