package io.chatworker.worker.testing;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A namespace of its own on a real broker, an Ollama that is scripted, the workers started for a test and the events
 * they published. In an instance field it is new for each test, in a static field it serves all tests of the class.
 * After each test nothing unexpected may be left, and at the end no request in the queue.
 */
public final class Installation implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private Topology topology;
    private TestBroker broker;
    private Connection connection;
    private Channel channel;
    private ScriptedOllama ollama;
    private RecordedEvents events;
    private final List<TestWorker> workers = new ArrayList<>();
    private final List<String> queues = new ArrayList<>();
    private final @Nullable BrokerConfiguration ownBroker;
    private boolean forAll;
    private boolean leavesRequests;

    /** On the broker that all tests share. */
    public Installation() {
        this(null);
    }

    private Installation(@Nullable BrokerConfiguration ownBroker) {
        this.ownBroker = ownBroker;
    }

    /** On a broker of its own, which the test may stop and kill. */
    public static Installation onPrivateBroker() {
        return onPrivateBroker(BrokerConfiguration.PLAIN);
    }

    /** On a broker of its own, configured by the test. */
    public static Installation onPrivateBroker(BrokerConfiguration configuration) {
        return new Installation(configuration);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        forAll = true;
        open();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!forAll) {
            open();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        boolean passed = context.getExecutionException().isEmpty();
        if (!forAll) {
            close(passed);
        } else if (passed) {
            events.assertExhausted();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close(context.getExecutionException().isEmpty());
    }

    private void open() {
        ollama = new ScriptedOllama();
        broker = ownBroker == null ? TestBroker.shared() : TestBroker.startPrivate(ownBroker);
        topology = new Topology(Ask.id("t"));
        connection = broker.connect();
        try {
            channel = connection.createChannel();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void close(boolean passed) {
        try {
            closeWorkers();
            if (passed) {
                check();
            }
        } finally {
            ollama.close();
            remove();
            events = null;
            leavesRequests = false;
            connection.abort(5_000);
            if (ownBroker != null) {
                broker.close();
            }
        }
    }

    private void check() {
        if (events != null) {
            events.assertExhausted();
        }
        ollama.assertExhausted();
        if (!leavesRequests) {
            // Workers that are gone have given back what they did not settle, so this counts the unacked too.
            int left = exists(topology.requests()) ? waiting(topology.requests()) : 0;
            if (left > 0) {
                throw new AssertionError(left + " requests were not settled");
            }
        }
    }

    private void remove() {
        Stream.concat(
                        queues.stream(),
                        Stream.of(topology.requests(), topology.deadLetters(), topology.namespace() + ".recorded"))
                .forEach(queue -> quietly(any -> any.queueDelete(queue)));
        queues.clear();
        Stream.of(
                        topology.requests(),
                        topology.requestsDefault(),
                        topology.chunks(),
                        topology.completions(),
                        topology.control(),
                        topology.deadLetters())
                .forEach(exchange -> quietly(any -> any.exchangeDelete(exchange)));
    }

    // What a test may do.

    public TestBroker broker() {
        return broker;
    }

    /** Connects again after the broker was gone, and goes on recording events. */
    public void reconnect() {
        connection = broker.connect();
        try {
            channel = connection.createChannel();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (events != null) {
            events.resume(connection);
        }
    }

    public Topology topology() {
        return topology;
    }

    public Connection connection() {
        return connection;
    }

    public Channel channel() {
        return channel;
    }

    public ScriptedOllama ollama() {
        return ollama;
    }

    /** All events, recorded from the first call on: ask for them before anything happens. */
    public RecordedEvents events() {
        if (events == null) {
            events = RecordedEvents.all(connection, topology);
        }
        return events;
    }

    /** The variables of a worker of this installation, and these: name, value, name, value … */
    public Map<String, String> variables(String... more) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "RABBITMQ_URI", broker.uri(),
                "OLLAMA_HOST", ollama.host(),
                "OLLAMA_MODEL", "m",
                "CHAT_NAMESPACE", topology.namespace(),
                "MANAGEMENT_PORT", "0"));
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return variables;
    }

    /** A worker that takes requests when this returns; these variables: name, value, name, value … */
    public TestWorker startWorker(String... more) {
        return beginWorker(more).ready();
    }

    /** A worker that may still be on its way. */
    public TestWorker beginWorker(String... more) {
        events();
        TestWorker worker = TestWorker.start(variables(more));
        workers.add(worker);
        return worker;
    }

    /** Closes the workers started so far. */
    public void closeWorkers() {
        workers.forEach(TestWorker::close);
        workers.clear();
    }

    /** The test leaves requests in the queue on purpose. */
    public void leavesRequests() {
        leavesRequests = true;
    }

    /** Publishes the request and returns its id. */
    public String send(Ask ask) {
        return send(ask, channel);
    }

    /** Publishes the request on this channel, as direct reply-to needs it. */
    public String send(Ask ask, Channel own) {
        publish(own, ask.routingKey(), ask.build(), ask.bytes());
        return ask.requestId();
    }

    /** Sends a question and returns its id. */
    public String ask(String message) {
        return send(Ask.message(message));
    }

    /** Publishes any bytes as a request. */
    public void publish(String routingKey, BasicProperties properties, byte[] body) {
        publish(channel, routingKey, properties, body);
    }

    private void publish(Channel own, String routingKey, BasicProperties properties, byte[] body) {
        try {
            own.confirmSelect();
            own.basicPublish(topology.requests(), routingKey, properties, body);
            own.waitForConfirmsOrDie(Waits.PATIENCE.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException("the broker did not take a request", e);
        }
    }

    /** Messages in a queue that no consumer holds. */
    public int waiting(String queue) {
        return look(queue).getMessageCount();
    }

    /** Waits until a queue holds so many. */
    public void awaitWaiting(String queue, int count) {
        Waits.until(() -> count + " messages in " + queue + ", not " + waiting(queue), () -> waiting(queue) == count);
    }

    /** The next dead letter. */
    public GetResponse awaitDeadLetter() {
        List<GetResponse> got = new ArrayList<>();
        Waits.until("a dead letter", () -> {
            GetResponse letter = with(any -> any.basicGet(topology.deadLetters(), true));
            if (letter != null) {
                got.add(letter);
            }
            return letter != null;
        });
        return got.getFirst();
    }

    /** A queue that is deleted at the end. */
    public String declare(String queue, Map<String, Object> arguments) {
        queues.add(queue);
        with(any -> any.queueDeclare(queue, true, false, false, arguments));
        return queue;
    }

    /** Lets a queue that the worker declares be deleted at the end. */
    public void removeAtEnd(String queue) {
        queues.add(queue);
    }

    /** Something done on a channel. */
    public interface Work<T> {
        T on(Channel channel) throws IOException;
    }

    /** Does something on a channel of its own, which an error of it closes. */
    public <T> T with(Work<T> work) {
        try {
            Channel own = connection.createChannel();
            try {
                return work.on(own);
            } finally {
                if (own.isOpen()) {
                    own.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a look at a queue tells; fails where it is not there. */
    public AMQP.Queue.DeclareOk look(String queue) {
        return with(any -> any.queueDeclarePassive(queue));
    }

    private boolean exists(String queue) {
        try {
            return look(queue) != null;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private void quietly(Work<?> work) {
        try {
            with(work);
        } catch (UncheckedIOException | com.rabbitmq.client.ShutdownSignalException e) {
            // It was not there.
        }
    }
}
