package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.ScriptedOllama;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.Variables;
import io.chatworker.worker.testing.WorkerProcess;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Where faults happen: a broker that may break, a scripted Ollama, wires to both, worker processes, a numbered load and a
 * witness. One for all tests of a class, so that they share the broker; each test ends with {@link #verify}.
 */
final class Scene implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    /** How many chats a worker runs at the same time. */
    static final int PLACES = 8;

    /** Short, so that a black hole is found soon. */
    private static final int HEARTBEAT_SECONDS = 3;

    private final Supplier<TestBroker> brokers;
    private final boolean endsBroker;
    private TestBroker broker;
    private Topology topology;
    private Witness witness;
    private Wire brokerWire;

    // For each test.
    private ScriptedOllama ollama;
    private Wire ollamaWire;
    private NumberedAnswers answers;
    private @Nullable Traffic traffic;
    private final Workers workers = new Workers();

    Scene() {
        this(Scene::breakable, false);
    }

    /** On a broker of its own, which ends with it. */
    Scene(Supplier<TestBroker> brokers) {
        this(brokers, true);
    }

    private Scene(Supplier<TestBroker> brokers, boolean endsBroker) {
        this.brokers = brokers;
        this.endsBroker = endsBroker;
    }

    private static TestBroker breakable() {
        assumeTrue(TestBroker.canBePrivate(), "faults need a broker of their own: Docker, or a rabbitmq-server");
        return TestBroker.breakable();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        broker = brokers.get();
        topology = new Topology(Ask.id("faults"));
        brokerWire = new Wire(URI.create(broker.uri().split(",", 2)[0]));
        witness = new Witness(broker::connect, topology);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        answers = new NumberedAnswers();
        ollama = new ScriptedOllama().answersBy(call -> answers.to(call));
        ollamaWire = new Wire(URI.create(ollama.host()));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            workers.end(context.getExecutionException().isPresent());
        } finally {
            if (traffic != null) {
                traffic.load().close();
                traffic = null;
            }
            brokerWire.cut();
            brokerWire.pass();
            ollamaWire.close();
            ollama.close();
            witness.forget();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (broker == null) {
            // There was none to be had, and the tests were skipped.
            return;
        }
        witness.close();
        brokerWire.close();
        if (endsBroker) {
            broker.close();
        } else {
            broker.with(this::remove);
        }
    }

    /** So that a broker which is killed later need not recover what nobody uses. */
    private @Nullable Void remove(Channel channel) throws IOException {
        for (String queue : topology.queues()) {
            channel.queueDelete(queue);
        }
        channel.queueDelete(witness.queue());
        for (String exchange : topology.exchanges()) {
            channel.exchangeDelete(exchange);
        }
        return null;
    }

    TestBroker broker() {
        return broker;
    }

    /** The way from the workers to the broker. */
    Wire brokerWire() {
        return brokerWire;
    }

    /** The way from the workers to Ollama. */
    Wire ollamaWire() {
        return ollamaWire;
    }

    ScriptedOllama ollama() {
        return ollama;
    }

    NumberedAnswers answers() {
        return answers;
    }

    Topology topology() {
        return topology;
    }

    Witness witness() {
        return witness;
    }

    /** The variables of a worker that goes by the wires, and these: name, value, name, value … */
    Map<String, String> variables(String... more) {
        Map<String, String> own = Map.of(
                "RABBITMQ_URI",
                uri("guest:guest", HEARTBEAT_SECONDS),
                "OLLAMA_HOST",
                "http://127.0.0.1:" + ollamaWire.port(),
                "OLLAMA_MODEL",
                "m",
                "CHAT_NAMESPACE",
                topology.namespace(),
                "CHAT_CONCURRENCY",
                Integer.toString(PLACES),
                "MANAGEMENT_PORT",
                "0");
        return Variables.over(own, more);
    }

    /** The broker by its wire. */
    String uri(String login, int heartbeat) {
        return "amqp://" + login + "@127.0.0.1:" + brokerWire.port() + "?heartbeat=" + heartbeat;
    }

    /** A worker process that may still be on its way. */
    WorkerProcess beginWorker(String... more) {
        return add(WorkerProcess.start(variables(more)));
    }

    /** A worker process that takes requests. */
    WorkerProcess startWorker(String... more) {
        return beginWorker(more).ready();
    }

    /** Knows of a process that was started elsewhere. */
    WorkerProcess add(WorkerProcess worker) {
        return workers.add(worker);
    }

    /** Sends numbered requests from now on. */
    Traffic load(int perSecond) {
        return load(perSecond, null);
    }

    /** Sends numbered requests whose answers come to this queue. */
    Traffic load(int perSecond, @Nullable String replyTo) {
        traffic = new Traffic(
                new NumberedLoad(broker::connect, topology, perSecond, replyTo, answers.callsTool()), witness);
        return traffic;
    }

    /** Sends no more, and waits until all that was confirmed has ended. */
    void endTraffic() {
        inspection().endTraffic();
    }

    /** Ends load and workers, and fails where anything is against the laws, or a request failed. */
    FaultResult verify(String fault) {
        return verify(fault, false);
    }

    /** Like it, where the fault itself may take chunks from the witness. */
    FaultResult verify(String fault, boolean maySkipChunks) {
        Checker checker = new Checker(maySkipChunks);
        FaultResult result = inspection().of(fault, checker);
        assertThat(checker.failures()).as("requests that failed").isEmpty();
        return result;
    }

    /**
     * Like it, where faults may hit every try of a request, which then fails and has its dead letter.
     *
     * @param mayFailWith codes that requests may fail with beside those that may pass
     */
    FaultResult verifyWithFailures(String fault, ErrorCode... mayFailWith) {
        return inspection().of(fault, new Checker(false, mayFailWith));
    }

    private Inspection inspection() {
        return new Inspection(broker, topology, workers, traffic);
    }
}
