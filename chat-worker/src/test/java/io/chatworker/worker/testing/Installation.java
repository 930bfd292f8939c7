package io.chatworker.worker.testing;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.chatworker.client.ChatClient;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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

    private Namespace namespace;
    private ScriptedOllama ollama;
    private final List<TestWorker> workers = new ArrayList<>();
    private final Supplier<TestBroker> broker;
    private final boolean endsBroker;
    private boolean forAll;

    /** On the broker that all tests share. */
    public Installation() {
        this(TestBroker::shared, false);
    }

    private Installation(Supplier<TestBroker> broker, boolean endsBroker) {
        this.broker = broker;
        this.endsBroker = endsBroker;
    }

    /** On the broker that tests may stop and kill. */
    public static Installation onBreakableBroker() {
        return new Installation(TestBroker::breakable, false);
    }

    /** On a broker of its own, configured by the test. */
    public static Installation onPrivateBroker(BrokerConfiguration configuration) {
        return new Installation(() -> TestBroker.startPrivate(configuration), true);
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
            namespace.assertExhausted();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close(context.getExecutionException().isEmpty());
    }

    private void open() {
        ollama = new ScriptedOllama();
        namespace = new Namespace(broker.get());
    }

    private void close(boolean passed) {
        try {
            closeWorkers();
            if (passed) {
                namespace.assertExhausted();
                ollama.assertExhausted();
                namespace.assertSettled();
            }
        } finally {
            ollama.close();
            namespace.close();
            if (endsBroker) {
                broker().close();
            }
        }
    }

    public TestBroker broker() {
        return namespace.broker();
    }

    /** Connects again after the broker was gone, and goes on recording events. */
    public void reconnect() {
        namespace.reconnect();
    }

    public Topology topology() {
        return namespace.topology();
    }

    public Connection connection() {
        return namespace.connection();
    }

    public Channel channel() {
        return namespace.channel();
    }

    /** A client of the workers, for what a test does or sees as a client; the wire is {@link #send} and {@link #events}. */
    public ChatClient chat() {
        return namespace.chat();
    }

    /** The broker as an operator sees it. */
    public Queues queues() {
        return namespace.queues();
    }

    public ScriptedOllama ollama() {
        return ollama;
    }

    /** All events, recorded from the first call on: ask for them before anything happens. */
    public RecordedEvents events() {
        return namespace.events();
    }

    /** The variables of a worker of this installation, and these: name, value, name, value … */
    public Map<String, String> variables(String... more) {
        Map<String, String> own = Map.of(
                "RABBITMQ_URI", broker().uri(),
                "OLLAMA_HOST", ollama.host(),
                "OLLAMA_MODEL", "m",
                "CHAT_NAMESPACE", topology().namespace(),
                "MANAGEMENT_PORT", "0");
        return Variables.over(own, more);
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
        namespace.leavesRequests();
    }

    /** Sends a question and returns its id. */
    public String ask(String message) {
        return send(Ask.message(message));
    }

    /** Publishes the request and returns its id. */
    public String send(Ask ask) {
        return send(ask, channel());
    }

    /** Publishes the request on this channel, as direct reply-to needs it. */
    public String send(Ask ask, Channel own) {
        return new Requests(topology()).send(own, ask);
    }

    /** Publishes any bytes as a request. */
    public void publish(String routingKey, BasicProperties properties, byte[] body) {
        new Requests(topology()).publish(channel(), routingKey, properties, body);
    }

    /** The next request kept for this code, which is then no more. */
    public GetResponse awaitKept(ErrorCode code) {
        return queues().awaitMessage(topology().keptIn(code));
    }

    /** The next request whose sender got it wrong, which is then no more. */
    public GetResponse awaitRejected() {
        return queues().awaitMessage(topology().rejected());
    }

    /** The next dead letter, which is then no more. */
    public GetResponse awaitDeadLetter() {
        return queues().awaitMessage(topology().deadLetters());
    }
}
