package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.Waits;
import io.chatworker.worker.testing.WorkerProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;

/**
 * One fault after the other, each for a random while: all of them in a random order, then all in another. The wires,
 * Ollama and the broker are every worker's; the worker that is killed, frozen and replaced is this one's own.
 */
final class RandomFaults {

    /** Limits short enough for faults of seconds to reach them. */
    private static final List<String> LIMITS = List.of(
            "CHAT_HOLD",
            "1s",
            "OLLAMA_IDLE_TIMEOUT",
            "2s",
            "OLLAMA_FIRST_TOKEN_TIMEOUT",
            "3s",
            "CHAT_TOPOLOGY_CHECK",
            "1s");

    private final Scene scene;
    private final Random random;
    private final List<Supplier<String>> all = List.of(
            this::cutConnections,
            this::cutInsideAFrame,
            this::holdPublishing,
            this::holdConsuming,
            this::holdAll,
            this::throwAllAway,
            this::cutOllama,
            this::stallOllama,
            this::shutOllama,
            this::flapOllama,
            this::answerInItsPlace,
            this::answerSomeInItsPlace,
            this::removeABinding,
            this::removeAnExchange,
            this::removeAQueue,
            this::blockPublishers,
            this::restartBroker,
            this::killWorker,
            this::replaceWorker,
            this::freezeWorker);
    private final Deque<Supplier<String>> deck = new ArrayDeque<>();
    private int workers;
    private WorkerProcess mortal;

    RandomFaults(Scene scene, Random random) {
        this.scene = scene;
        this.random = random;
        this.mortal = begin();
    }

    /** A worker's variables: its name, and limits that these faults reach. */
    static String[] variables(String name) {
        List<String> variables = new ArrayList<>(LIMITS);
        variables.addAll(List.of("CHAT_WORKER_NAME", name));
        return variables.toArray(String[]::new);
    }

    /** Injects the next one and mends it; what it was. */
    String next() {
        if (deck.isEmpty()) {
            List<Supplier<String>> shuffled = new ArrayList<>(all);
            Collections.shuffle(shuffled, random);
            deck.addAll(shuffled);
        }
        return deck.remove().get();
    }

    /** Lets some seconds pass without a fault. */
    void rest() {
        Waits.last(between(1, 4));
    }

    /** Ends the worker in order. */
    void end() {
        mortal.terminate();
        assertThat(mortal.awaitExit()).isIn(0, 143);
    }

    private String cutConnections() {
        scene.brokerWire().cut();
        return "connections to the broker cut";
    }

    private String cutInsideAFrame() {
        int times = 1 + random.nextInt(3);
        scene.brokerWire().cutInside(times);
        scene.brokerWire().awaitCutsInside();
        return "publishing connection cut inside a frame, times " + times;
    }

    private String holdPublishing() {
        return "publishing connections held" + held(scene.brokerWire(), Wire.PUBLISHING, between(1, 9));
    }

    private String holdConsuming() {
        return "consuming connections held" + held(scene.brokerWire(), Wire.CONSUMING, between(1, 9));
    }

    private String holdAll() {
        return "all to and from the broker held" + held(scene.brokerWire(), Wire.ALL, between(1, 9));
    }

    private String throwAllAway() {
        Duration length = between(1, 9);
        scene.brokerWire().swallow(Wire.ALL);
        Waits.last(length);
        scene.brokerWire().pass();
        return "all to and from the broker thrown away" + told(length);
    }

    private String cutOllama() {
        scene.ollamaWire().cut();
        return "connections to Ollama cut";
    }

    private String stallOllama() {
        return "Ollama silent" + held(scene.ollamaWire(), Wire.ALL, between(1, 4));
    }

    private String shutOllama() {
        Duration length = between(1, 6);
        shutOllama(length);
        return "Ollama away" + told(length);
    }

    private String flapOllama() {
        int times = 3 + random.nextInt(4);
        for (int flap = 0; flap < times; flap++) {
            shutOllama(Duration.ofMillis(random.nextInt(100, 700)));
            Waits.last(Duration.ofMillis(random.nextInt(100, 700)));
        }
        return "Ollama flapping, times " + times;
    }

    private String answerInItsPlace() {
        Duration length = between(1, 6);
        ScriptedAnswer page = ForeignPages.any(random);
        scene.ollama().isBehind(page);
        Waits.last(length);
        scene.ollama().isBehind(null);
        return "everything answered in Ollama's place, by " + page.status() + told(length);
    }

    /** While the probe finds Ollama. */
    private String answerSomeInItsPlace() {
        Duration length = between(1, 4);
        ScriptedAnswer page = ForeignPages.any(random);
        scene.answers().answeredBetween(number -> number % 3 == 0 ? page : null);
        Waits.last(length);
        scene.answers().answeredBetween(_ -> null);
        return "a third of the requests answered in Ollama's place, by " + page.status() + told(length);
    }

    private String removeABinding() {
        Topology names = scene.topology();
        scene.broker().with(channel -> channel.queueUnbind(names.requests(), names.requestsDefault(), ""));
        Waits.last(between(1, 4));
        return "binding of the requests queue removed";
    }

    /** Not those of events: what nobody is bound to is gone, for the witness too. */
    private String removeAnExchange() {
        Topology names = scene.topology();
        List<String> exchanges = List.of(
                names.requests(), names.requestsDefault(), names.control(), names.deadLetters(), names.rejected());
        String exchange = exchanges.get(random.nextInt(exchanges.size()));
        scene.broker().with(channel -> channel.exchangeDelete(exchange));
        Waits.last(between(1, 4));
        return "exchange " + exchange + " deleted";
    }

    /** Not one with requests or letters in it. */
    private String removeAQueue() {
        scene.broker().with(channel -> channel.queueDelete(scene.topology().rejected()));
        Waits.last(between(1, 4));
        return "queue of the rejected deleted";
    }

    private void shutOllama(Duration length) {
        scene.ollamaWire().shut();
        Waits.last(length);
        scene.ollamaWire().open();
    }

    private String blockPublishers() {
        Duration length = between(2, 8);
        scene.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.00001");
        Waits.last(length);
        scene.broker().rabbitmqctl("set_vm_memory_high_watermark", "0.6");
        return "memory alarm" + told(length);
    }

    private String restartBroker() {
        scene.broker().stop();
        scene.broker().start();
        return "broker stopped in order and started";
    }

    private String killWorker() {
        mortal.ready();
        mortal.kill();
        mortal = begin();
        return "worker killed -9";
    }

    private String replaceWorker() {
        mortal.ready();
        WorkerProcess successor = begin();
        end();
        mortal = successor;
        return "worker replaced (SIGTERM)";
    }

    private String freezeWorker() {
        mortal.ready();
        Duration length = between(1, 10);
        mortal.signal("STOP");
        Waits.last(length);
        mortal.signal("CONT");
        return "worker frozen" + told(length);
    }

    private WorkerProcess begin() {
        workers++;
        return scene.beginWorker(variables("mortal-" + workers));
    }

    private static String held(Wire wire, String name, Duration length) {
        wire.hold(name);
        Waits.last(length);
        wire.pass();
        return told(length);
    }

    private Duration between(int least, int most) {
        return Duration.ofMillis(random.nextInt(1_000 * least, 1_000 * most));
    }

    private static String told(Duration length) {
        return String.format(Locale.ROOT, " for %.1f s", length.toMillis() / 1e3);
    }
}
