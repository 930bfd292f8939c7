package io.chatworker.worker.monitoring;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.BrokerConfiguration;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama;
import io.chatworker.worker.testing.ScriptedTool;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.TestWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * A broker that shows its metrics, a scripted Ollama, a worker, requests that come steadily, and a Prometheus that looks
 * every second, with rules for which a minute lasts a second.
 */
final class Stage implements AutoCloseable {

    /** How the next requests go. */
    enum Mood {
        /** All is well, but for senders' mistakes. */
        WELL,
        /** A third names a model that is not there, the answers to the others begin late, no service offers the tool. */
        ILL,
        /** No request comes. */
        QUIET
    }

    private static final String MISSING_MODEL = "gone";

    private static final String CLOCK = "clock";

    private static final int EACH_MS = 60;
    private static final Duration LATE = Duration.ofMillis(700);
    private static final Duration PACE = Duration.ofMillis(5);
    private static final String[] PIECES =
            IntStream.range(0, 4).mapToObj(piece -> "word " + piece).toArray(String[]::new);

    final TestBroker broker = TestBroker.startPrivate(BrokerConfiguration.WITH_METRICS);
    final ScriptedOllama ollama = new ScriptedOllama().answersBy(Stage::answer);
    final Topology topology = new Topology("live");
    final TestWorker worker;
    final PrometheusServer prometheus;

    private final Connection connection = broker.connect();
    private final ScriptedTool clock;
    private final ScheduledExecutorService requests = Executors.newSingleThreadScheduledExecutor();
    private volatile Mood mood = Mood.QUIET;
    private int sent;

    Stage(Program program, Path folder) {
        worker = TestWorker.start(Map.of(
                        "RABBITMQ_URI", broker.uri(),
                        "OLLAMA_HOST", ollama.host(),
                        "OLLAMA_MODEL", "m",
                        "CHAT_NAMESPACE", topology.namespace(),
                        "CHAT_CONCURRENCY", "500",
                        "CHAT_MAX_DELIVERIES", "1",
                        "CHAT_DRAIN_TIMEOUT", "1s",
                        "MANAGEMENT_PORT", "0"))
                .ready();
        prometheus = new PrometheusServer(
                program, folder, configuration(), AlertRules.read().hurried());
        clock = ScriptedTool.offer(connection, topology, CLOCK, _ -> "{\"content\":\"noon\"}");
        Channel channel = with(Connection::createChannel);
        var _ = requests.scheduleAtFixedRate(() -> send(channel), 0, EACH_MS, TimeUnit.MILLISECONDS);
    }

    /** The jobs have other names than in our own configuration, as those that a cluster discovers have. */
    private String configuration() {
        return """
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: [rules.yml]
            scrape_configs:
              - job_name: chat/pods
                metrics_path: /actuator/prometheus
                static_configs: [{ targets: ["127.0.0.1:%1$d"] }]
              - job_name: broker/pods
                static_configs: [{ targets: ["127.0.0.1:%2$d"] }]
              - job_name: broker/queues
                metrics_path: /metrics/detailed
                params: { family: [queue_coarse_metrics, queue_consumer_count] }
                static_configs: [{ targets: ["127.0.0.1:%2$d"] }]
            """.formatted(worker.port(), broker.metricsPort());
    }

    void turns(Mood mood) {
        this.mood = mood;
    }

    private void send(Channel channel) {
        Mood now = mood;
        if (now == Mood.QUIET || !channel.isOpen()) {
            return;
        }
        int number = sent++;
        Ask ask = Ask.message(now == Mood.ILL ? "late" : "Hi")
                .with("sent_at", Instant.now().toString())
                .with("model", number % 2 == 0 ? "m" : "n");
        if (number % 4 == 1) {
            Map<String, Object> function = Map.of("name", now == Mood.ILL ? "nobody" : CLOCK, "parameters", Map.of());
            ask = ask.with("tools", List.of(Map.of("type", "function", "function", function)))
                    .with("tool_rounds", 1);
        }
        if (now == Mood.ILL && number % 3 == 0) {
            ask = ask.with("model", MISSING_MODEL);
        }
        boolean mistake = number % 5 == 0;
        try {
            channel.basicPublish(
                    topology.requests(),
                    "any",
                    mistake ? new BasicProperties() : ask.build(),
                    mistake ? new byte[0] : ask.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ScriptedAnswer answer(JsonNode call) {
        if (call.path("model").asString("").equals(MISSING_MODEL)) {
            return ScriptedAnswer.error(404, "model '" + MISSING_MODEL + "' not found");
        }
        ScriptedAnswer answer = ScriptedAnswer.streaming();
        JsonNode last = call.at("/messages/" + (call.path("messages").size() - 1));
        if (last.path("content").asString("").equals("late")) {
            answer.pause(LATE);
        }
        if (call.has("tools") && !last.path("role").asString("").equals("tool")) {
            return answer.calls("{\"function\":{\"name\":" + call.at("/tools/0/function/name") + ",\"arguments\":{}}}")
                    .done();
        }
        for (String piece : PIECES) {
            answer.text(piece).pause(PACE);
        }
        return answer.done();
    }

    /** Something done on a connection that is not the load's channel. */
    interface Work<T> {
        T on(Connection connection) throws IOException;
    }

    <T> T with(Work<T> work) {
        try {
            return work.on(connection);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        requests.shutdownNow();
        prometheus.close();
        worker.close();
        clock.close();
        connection.abort(1_000);
        ollama.close();
        broker.close();
    }
}
