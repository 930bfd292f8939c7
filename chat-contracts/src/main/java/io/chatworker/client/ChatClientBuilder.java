package io.chatworker.client;

import io.chatworker.contracts.Topology;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a {@link ChatClient} works with; all has a default. For one thread. */
public final class ChatClientBuilder {

    private static final System.Logger LOG = System.getLogger("io.chatworker.client");

    BrokerNodes nodes = BrokerNodes.parse(BrokerNodes.DEFAULT);
    Topology topology = Topology.DEFAULT;
    String name = "chat client";
    Duration sendTimeout = Duration.ofSeconds(10);
    Duration answerTimeout = Duration.ofMinutes(30);
    Supplier<Map<String, Object>> headers = Map::of;
    Consumer<String> problems = problem -> LOG.log(System.Logger.Level.WARNING, problem);

    ChatClientBuilder() {}

    /**
     * By the worker's own variables: {@code RABBITMQ_URI}, {@code RABBITMQ_CA_FILE}, {@code RABBITMQ_CERT_FILE},
     * {@code RABBITMQ_KEY_FILE} and {@code CHAT_NAMESPACE}.
     *
     * @throws IllegalArgumentException with the variable, and what it accepts
     */
    public ChatClientBuilder environment(Map<String, String> variables) {
        nodes = BrokerNodes.from(variables, problem -> {
            throw new IllegalArgumentException(problem);
        });
        String namespace = variables.getOrDefault("CHAT_NAMESPACE", "").strip();
        if (!namespace.isEmpty()) {
            try {
                topology = new Topology(namespace);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("CHAT_NAMESPACE must be that of the worker: " + e.getMessage(), e);
            }
        }
        return this;
    }

    /** Where the broker is; {@code amqp://guest:guest@localhost:5672} by default. */
    public ChatClientBuilder nodes(BrokerNodes these) {
        nodes = these;
        return this;
    }

    /** Like {@link #nodes}, as {@code RABBITMQ_URI} has it. */
    public ChatClientBuilder uri(String uri) {
        return nodes(new BrokerNodes(BrokerNodes.parse(uri).all(), nodes.tls()));
    }

    /** The worker's names; the namespace {@code chat} by default. */
    public ChatClientBuilder topology(Topology these) {
        topology = these;
        return this;
    }

    /** What the broker's management pages call the connection; {@code chat client} by default. */
    public ChatClientBuilder name(String shown) {
        name = shown;
        return this;
    }

    /** How long to wait until the broker has a message, a lost connection included; 10 s by default. */
    public ChatClientBuilder sendTimeout(Duration atMost) {
        sendTimeout = positive(atMost);
        return this;
    }

    /** How long an answer may take; 30 min by default, longer than a worker's {@code CHAT_MAX_DURATION}. */
    public ChatClientBuilder answerTimeout(Duration atMost) {
        answerTimeout = positive(atMost);
        return this;
    }

    /** Headers of each request, such as {@code traceparent}; called on the thread that asks. None by default. */
    public ChatClientBuilder headers(Supplier<Map<String, Object>> each) {
        headers = each;
        return this;
    }

    /**
     * Takes a sentence when the connection is lost or back, and when an event cannot be read; by default the
     * {@link System.Logger} {@code io.chatworker.client} does.
     */
    public ChatClientBuilder problems(Consumer<String> told) {
        problems = problem -> {
            try {
                told.accept(problem);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, problem, e);
            }
        };
        return this;
    }

    /**
     * Connects.
     *
     * @throws ChatException.NoBroker where no node takes the connection
     * @throws ChatException.BrokerRefused where the user may not declare its reply queue
     */
    public ChatClient connect() {
        return new ChatClient(this);
    }

    /**
     * Connects to offer tools; of the settings those of the connection and {@link #sendTimeout} count.
     *
     * @throws ChatException.NoBroker where no node takes the connection
     */
    public ChatTools connectTools() {
        return new ChatTools(this);
    }

    private static Duration positive(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("must be more than nothing: " + time);
        }
        return time;
    }
}
