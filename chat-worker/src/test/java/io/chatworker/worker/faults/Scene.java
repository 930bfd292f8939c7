package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.ScriptedOllama;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.Waits;
import io.chatworker.worker.testing.WorkerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Where faults happen: a broker of its own, a scripted Ollama, wires to both, worker processes, a numbered load and a
 * witness. One for all tests of a class, so that they share the broker; each test ends with {@link #verify}.
 */
final class Scene implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    /** For all that was sent to end, an outage of half a minute and two cores for everything included. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** RabbitMQ 3.10 loses a quorum queue that was declared a moment before it is killed. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    /** Short, so that a black hole is found soon. */
    private static final int HEARTBEAT_SECONDS = 3;

    private final Supplier<TestBroker> brokers;
    private TestBroker broker;
    private Topology topology;
    private Witness witness;
    private Wire brokerWire;

    // For each test.
    private ScriptedOllama ollama;
    private Wire ollamaWire;
    private NumberedAnswers answers;
    private @Nullable NumberedLoad load;
    private long loadedAt;
    private final List<WorkerProcess> workers = new ArrayList<>();

    Scene() {
        this(() -> {
            assumeTrue(TestBroker.canBePrivate(), "faults need a broker of their own: Docker, or a rabbitmq-server");
            return TestBroker.startPrivate();
        });
    }

    Scene(Supplier<TestBroker> brokers) {
        this.brokers = brokers;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        broker = brokers.get();
        topology = new Topology("faults");
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
            boolean failed = context.getExecutionException().isPresent();
            for (WorkerProcess worker : workers) {
                if (failed) {
                    // Into the test's own output: what a process said is gone with it.
                    System.out.println(String.join("\n", worker.output()));
                }
                worker.close();
            }
            workers.clear();
        } finally {
            if (load != null) {
                load.close();
                load = null;
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
        broker.close();
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
        Map<String, String> variables = new HashMap<>(Map.of(
                "RABBITMQ_URI",
                uri("guest:guest", HEARTBEAT_SECONDS),
                "OLLAMA_HOST",
                "http://127.0.0.1:" + ollamaWire.port(),
                "OLLAMA_MODEL",
                "m",
                "CHAT_NAMESPACE",
                topology.namespace(),
                "CHAT_CONCURRENCY",
                "8",
                "MANAGEMENT_PORT",
                "0"));
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return variables;
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
        workers.add(worker);
        return worker;
    }

    /** Sends numbered requests from now on. */
    NumberedLoad load(int perSecond) {
        return load(perSecond, null);
    }

    /** Sends numbered requests whose answers come to this queue. */
    NumberedLoad load(int perSecond, @Nullable String replyTo) {
        loadedAt = System.nanoTime();
        load = new NumberedLoad(broker::connect, topology, perSecond, replyTo);
        return load;
    }

    /** Waits until so many requests more have ended than now. */
    void awaitEnded(int more) {
        long before = ended();
        await(more + " requests more that ended", () -> ended() >= before + more);
    }

    /** Waits until so many requests more were sent than now. */
    void awaitSent(int more) {
        int before = load.sent();
        await(more + " requests more", () -> load.sent() >= before + more);
    }

    /** Waits until an answer grows that has not ended. */
    void awaitMidStream() {
        long before = witness.chunks();
        await(
                "an answer in mid-stream",
                () -> witness.chunks() > before
                        && witness.seen().stream()
                                .filter(load::isOurs)
                                .map(witness::of)
                                .anyMatch(Scene::streams));
    }

    /** Waits until an attempt begins at what somebody had before. */
    void awaitRedelivered() {
        await(
                "an attempt at a redelivered request",
                () -> witness.seen().stream()
                        .filter(load::isOurs)
                        .anyMatch(id -> witness.of(id).stream().anyMatch(event -> event.attempt() >= 100)));
    }

    /** The names of the workers that completed requests. */
    Set<String> answeredBy() {
        return completedBy().collect(Collectors.toSet());
    }

    /** Waits until a worker has completed so many requests more than now. */
    void awaitCompletedBy(String worker, int more) {
        long before = completedBy().filter(worker::equals).count();
        await(
                more + " requests more that " + worker + " completed",
                () -> completedBy().filter(worker::equals).count() >= before + more);
    }

    private Stream<String> completedBy() {
        return witness.seen().stream()
                .filter(load::isOurs)
                .flatMap(id -> witness.of(id).stream())
                .filter(event -> event.name().equals("completed"))
                .map(event -> event.text("/worker"));
    }

    /** Waits until a worker has printed this. */
    static void awaitPrinted(WorkerProcess worker, String text) {
        Waits.until(
                PATIENCE,
                () -> "'" + text + "' from a worker that printed " + worker.output(),
                () -> worker.output().stream().anyMatch(line -> line.contains(text)));
    }

    /** Lets a fault last. */
    static void last(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        Waits.until(length.plus(Waits.PATIENCE), () -> "the end of " + length, () -> System.nanoTime() >= end);
    }

    private static boolean streams(List<Event> events) {
        return events.stream().anyMatch(event -> event.name().equals("chunk"))
                && events.stream().noneMatch(Event::isTerminal);
    }

    /** How many requests have ended. */
    long ended() {
        return witness.seen().stream()
                .filter(load::isOurs)
                .filter(id -> witness.of(id).stream().anyMatch(Event::isTerminal))
                .count();
    }

    /** Waits until a kill of the broker does not lose the queues, which are older than the load. */
    void awaitSettled() {
        await("settled queues", () -> System.nanoTime() - loadedAt > SETTLED.toNanos());
    }

    static void await(String what, java.util.function.BooleanSupplier holds) {
        Waits.until(PATIENCE, () -> what, holds);
    }

    /**
     * Ends the load, waits for the end of all that was confirmed, and fails where anything is against the laws: a
     * request lost, a dead letter, an answer that is not gapless, in order and the right one, or something left in the
     * queue or in flight. The result goes into the table.
     */
    FaultResult verify(String fault) {
        return verify(fault, false);
    }

    /** Like it, where the fault itself may take chunks from the witness. */
    FaultResult verify(String fault, boolean maySkipChunks) {
        Checker checker = new Checker(maySkipChunks);
        FaultResult result = verify(fault, checker);
        assertThat(checker.failures()).as("requests that failed").isEmpty();
        return result;
    }

    /** Like it, where faults may hit every try of a request, which then fails and has its dead letter. */
    FaultResult verifyWithFailures(String fault) {
        return verify(fault, new Checker(false));
    }

    private FaultResult verify(String fault, Checker checker) {
        endLoad();
        Set<Integer> confirmed = load.confirmed();
        double seconds = (System.nanoTime() - loadedAt) / 1e9;
        List<WorkerProcess> living =
                workers.stream().filter(WorkerProcess::isAlive).toList();
        await("workers without a request", () -> living.stream().allMatch(worker -> worker.inFlight() == 0));
        living.forEach(WorkerProcess::close);
        awaitNoConsumers();
        Set<String> letters = takeDeadLetters();

        for (int number = 0; number < load.sent(); number++) {
            String id = load.requestId(number);
            checker.check(number, id, confirmed.contains(number), seen(id));
        }
        FaultResult result = checker.result(fault, load.sent(), confirmed.size(), seconds);
        FaultTable.add(result);
        assertThat(checker.problems()).isEmpty();
        assertThat(letters).as("dead letters").isSubsetOf(checker.failures()).containsAll(checker.dead());
        assertThat(confirmed.size()).as("requests that were confirmed").isPositive();
        return result;
    }

    /** Sends no more, and waits until all that was confirmed has ended. */
    void endLoad() {
        load.close();
        Set<Integer> confirmed = load.confirmed();
        Waits.until(
                PATIENCE,
                () -> "the end of " + missing(confirmed) + "; the workers printed " + printed(),
                () -> missing(confirmed).isEmpty());
    }

    private List<String> missing(Set<Integer> confirmed) {
        return confirmed.stream()
                .map(load::requestId)
                .filter(id -> witness.of(id).stream().noneMatch(Event::isTerminal))
                .toList();
    }

    /** What a consumer saw: with a reply queue the terminal event comes to the witness twice, the other way too. */
    private List<Event> seen(String requestId) {
        boolean byReply = load.isRepliedTo(witness.queue());
        return witness.of(requestId).stream()
                .filter(event -> !byReply || event.exchange().isEmpty())
                .toList();
    }

    private List<String> printed() {
        return workers.stream()
                .flatMap(worker -> worker.output().stream())
                .filter(line -> !line.contains(" INFO "))
                .toList();
    }

    /** Workers that are gone have given back what they did not settle, so this counts the unacked too. */
    private void awaitNoConsumers() {
        String requests = topology.requests();
        await(
                "a queue that nobody consumes from",
                () -> with(channel -> channel.queueDeclarePassive(requests).getConsumerCount() == 0));
        await(
                "an empty queue",
                () -> with(channel -> channel.queueDeclarePassive(requests).getMessageCount() == 0));
    }

    /** The requests that have dead letters, which are then no more. */
    private Set<String> takeDeadLetters() {
        return with(channel -> {
            Set<String> ids = new TreeSet<>();
            GetResponse letter = channel.basicGet(topology.deadLetters(), true);
            while (letter != null) {
                ids.add(String.valueOf(letter.getProps().getMessageId()));
                letter = channel.basicGet(topology.deadLetters(), true);
            }
            return ids;
        });
    }

    /** Something done on a channel. */
    interface Work<T> {
        T on(Channel channel) throws IOException;
    }

    /** Does something on a connection of its own. */
    <T> T with(Work<T> work) {
        try (Connection connection = broker.connect();
                Channel channel = connection.createChannel()) {
            return work.on(channel);
        } catch (IOException | TimeoutException e) {
            throw new UncheckedIOException(e instanceof IOException io ? io : new IOException(e));
        }
    }
}
