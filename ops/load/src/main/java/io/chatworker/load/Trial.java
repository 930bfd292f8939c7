package io.chatworker.load;

import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One subject in one scenario: started, warmed up, measured, ended and checked. The token source and the driver run in
 * this process, whose CPU time does not count.
 */
final class Trial {

    private static final Duration STREAMS = Duration.ofSeconds(90);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Programs programs;
    private final String brokerUri;
    private final @Nullable ProcessMeter broker;
    private final Duration warmUp;
    private final Duration measure;

    Trial(Programs programs, String brokerUri, @Nullable ProcessMeter broker, Duration warmUp, Duration measure) {
        this.programs = programs;
        this.brokerUri = brokerUri;
        this.broker = broker;
        this.warmUp = warmUp;
        this.measure = measure;
    }

    /**
     * Runs a worker or the relay.
     *
     * @throws IOException if it does not start, or ends early
     */
    Map<Metric, Double> run(Scenario scenario, Subject subject) throws IOException, InterruptedException {
        Topology topology = new Topology("load-" + UUID.randomUUID());
        try (Driver driver = new Driver(brokerUri, topology, scenario);
                TokenSource source = new TokenSource(scenario, driver.answers(), driver.tally().written)) {
            driver.listen();
            Map<Metric, Double> values;
            try (SubjectProcess process = SubjectProcess.start(
                    scenario.name() + "-" + subject.name(),
                    programs.command(subject),
                    environment(scenario, subject, topology, source),
                    programs.logs())) {
                double readyAfter = seconds(process.awaitReady());
                values = measured(driver, process);
                driver.end();
                source.end();
                driver.awaitEnds(SILENCE);
                values.put(Metric.READY, readyAfter);
                values.put(Metric.PEAK, process.meter().peakBytes() / (1024.0 * 1024));
            }
            values.put(Metric.DISORDER, (double) driver.tally().disorder.sum());
            values.put(Metric.LOST, (double) driver.tally().lost.sum());
            values.put(Metric.FAILED, (double) driver.tally().failed.sum());
            driver.sweep();
            return values;
        }
    }

    private Map<Metric, Double> measured(Driver driver, SubjectProcess process)
            throws IOException, InterruptedException {
        driver.begin();
        if (!driver.awaitStreams(STREAMS)) {
            throw new IOException(
                    "not every stream delivered a token within " + STREAMS.toSeconds() + " s: see " + process.log());
        }
        Thread.sleep(warmUp);
        double allocated = process.allocatedBytes();
        Window window = Window.open(driver.tally(), process.meter(), broker);
        Thread.sleep(measure);
        if (!process.isAlive()) {
            throw new IOException("it ended during the measurement: see " + process.log());
        }
        Map<Metric, Double> values = window.close();
        values.put(Metric.GARBAGE, (process.allocatedBytes() - allocated) / window.worked());
        return values;
    }

    private Map<String, String> environment(Scenario scenario, Subject subject, Topology topology, TokenSource source) {
        Map<String, String> environment = new HashMap<>();
        environment.put("RABBITMQ_URI", brokerUri);
        environment.put("OLLAMA_HOST", source.host());
        environment.put("CHAT_NAMESPACE", topology.namespace());
        environment.put("CHAT_CONCURRENCY", Integer.toString(scenario.streams()));
        if (programs.interval() != null) {
            environment.put("CHAT_CHUNK_INTERVAL", programs.interval().toMillis() + "ms");
        }
        environment.putAll(subject.environment());
        return environment;
    }

    /**
     * Runs PerfTest: it publishes as many messages of the same size to the same kind of queues, at the same rate.
     *
     * @param like the result of the worker
     */
    Map<Metric, Double> perfTest(Scenario scenario, Map<Metric, Double> like) throws IOException, InterruptedException {
        Topology topology = new Topology("load-" + UUID.randomUUID());
        double messages = like.getOrDefault(Metric.TOKENS, 0.0) * like.getOrDefault(Metric.CHUNKS, 0.0);
        try (Driver driver = new Driver(brokerUri, topology, scenario)) {
            driver.listen();
            List<String> command = new ArrayList<>(programs.command(Subject.PERF_TEST));
            command.addAll(PerfTest.arguments(
                    brokerUri, topology.chunks(), messages, like.getOrDefault(Metric.CHUNK_BYTES, 0.0)));
            Path logs = programs.logs();
            try (SubjectProcess process =
                    SubjectProcess.start(scenario.name() + "-perf-test", command, Map.of(), logs)) {
                driver.awaitMessages(STREAMS);
                Thread.sleep(warmUp);
                Window window = Window.open(driver.tally(), process.meter(), broker);
                Thread.sleep(measure);
                if (!process.isAlive()) {
                    throw new IOException("PerfTest ended early: see " + process.log());
                }
                Map<Metric, Double> values = window.close();
                values.put(Metric.PEAK, process.meter().peakBytes() / (1024.0 * 1024));
                values.remove(Metric.ANSWERS);
                return values;
            } finally {
                driver.sweep();
            }
        }
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
