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
 * One subject in one scenario: started once, so that it is as warm as after hours of work, then measured once a round.
 * All subjects of a scenario are alive at the same time, and only one has requests. The token source and the driver
 * run in this process, whose CPU time does not count.
 */
final class Trial implements AutoCloseable {

    private static final Duration STREAMS = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final Duration SETTLE = Duration.ofSeconds(3);

    /**
     * What all trials share.
     *
     * @param broker measures the broker, or null where that is somewhere else
     * @param warmUp how long each subject works before its first measurement; later ones begin after a moment
     */
    record Bench(
            Programs programs, String brokerUri, @Nullable ProcessMeter broker, Duration warmUp, Duration measure) {}

    private final Bench bench;
    private final Driver driver;
    private final TokenSource source;
    private final List<SubjectProcess> processes = new ArrayList<>();
    private final boolean isOnAJvm;
    private double readyAfter;
    private boolean isWarm;

    private Trial(Bench bench, Driver driver, TokenSource source, boolean isOnAJvm) {
        this.bench = bench;
        this.isOnAJvm = isOnAJvm;
        this.driver = driver;
        this.source = source;
    }

    /**
     * Starts a subject and waits until it takes requests.
     *
     * @throws IOException if it does not start
     */
    static Trial start(Bench bench, Scenario scenario, Subject subject) throws IOException, InterruptedException {
        Topology topology = new Topology("load-" + UUID.randomUUID());
        Driver driver = new Driver(bench.brokerUri(), topology, scenario);
        TokenSource source = new TokenSource(scenario, driver.answers(), driver.tally().written);
        Trial trial = new Trial(bench, driver, source, subject.kind().isOnAJvm());
        try {
            driver.listen();
            trial.startProcesses(scenario, subject, topology);
            return trial;
        } catch (IOException | InterruptedException e) {
            trial.close();
            throw e;
        }
    }

    private void startProcesses(Scenario scenario, Subject subject, Topology topology)
            throws IOException, InterruptedException {
        Programs programs = bench.programs();
        for (int copy = 0; copy < subject.copies(); copy++) {
            SubjectProcess process = SubjectProcess.start(
                    scenario.name() + "-" + subject.name() + (copy == 0 ? "" : "-" + copy),
                    programs.command(subject),
                    environment(scenario, subject, topology),
                    programs.logs());
            processes.add(process);
            readyAfter = seconds(process.awaitReady());
        }
    }

    /**
     * Drives the subject for one measurement and checks what it delivered.
     *
     * @throws IOException if it ends, or not every stream delivers a token
     */
    Map<Metric, Double> round() throws IOException, InterruptedException {
        source.begin();
        driver.begin();
        awaitStreams();
        Duration settle = bench.warmUp().compareTo(SETTLE) < 0 ? bench.warmUp() : SETTLE;
        Thread.sleep(isWarm ? settle : bench.warmUp());
        isWarm = true;
        ProcessMeter meter =
                new ProcessMeter(processes.stream().map(SubjectProcess::pid).toList());
        Map<Metric, Double> values = measured(meter);
        driver.end();
        source.end();
        driver.awaitEnds(SILENCE);
        values.put(Metric.READY, readyAfter);
        values.put(Metric.PEAK, mebibytes(meter.peakBytes()));
        Tally tally = driver.tally();
        values.put(Metric.DISORDER, (double) tally.disorder.sumThenReset());
        values.put(Metric.LOST, (double) tally.lost.sumThenReset());
        values.put(Metric.FAILED, (double) tally.failed.sumThenReset());
        return values;
    }

    private Map<Metric, Double> measured(ProcessMeter meter) throws IOException, InterruptedException {
        long allocated = allocated();
        Window window = Window.open(driver.tally(), meter, bench.broker());
        Thread.sleep(bench.measure());
        checkAlive();
        Map<Metric, Double> values = window.close();
        if (allocated > 0) {
            values.put(Metric.GARBAGE, (allocated() - allocated) / window.worked());
        }
        return values;
    }

    private void awaitStreams() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + STREAMS.toNanos();
        while (!driver.awaitStreams(LOOK)) {
            checkAlive();
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "not every stream delivered a token within " + STREAMS.toSeconds() + " s: see " + log());
            }
        }
    }

    private void checkAlive() throws IOException {
        if (!processes.stream().allMatch(SubjectProcess::isAlive)) {
            throw new IOException("it ended: see " + log());
        }
    }

    private long allocated() throws IOException, InterruptedException {
        long bytes = 0;
        for (SubjectProcess process : isOnAJvm ? processes : List.<SubjectProcess>of()) {
            bytes += Garbage.allocated(process.pid());
        }
        return bytes;
    }

    private Path log() {
        return processes.getFirst().log();
    }

    private Map<String, String> environment(Scenario scenario, Subject subject, Topology topology) {
        int places = (scenario.streams() + subject.copies() - 1) / subject.copies();
        Map<String, String> environment = new HashMap<>();
        environment.put("RABBITMQ_URI", bench.brokerUri());
        environment.put("OLLAMA_HOST", source.host());
        environment.put("CHAT_NAMESPACE", topology.namespace());
        environment.put("CHAT_CONCURRENCY", Integer.toString(places));
        Duration interval = bench.programs().interval();
        if (interval != null) {
            environment.put("CHAT_CHUNK_INTERVAL", interval.toMillis() + "ms");
        }
        environment.putAll(subject.environment());
        return environment;
    }

    /**
     * Runs PerfTest: it publishes as many messages of the same size to the same kind of queues, at the same rate.
     *
     * @param like the result of the worker
     */
    static Map<Metric, Double> perfTest(Bench bench, Scenario scenario, Map<Metric, Double> like)
            throws IOException, InterruptedException {
        Topology topology = new Topology("load-" + UUID.randomUUID());
        double messages = like.getOrDefault(Metric.TOKENS, 0.0) * like.getOrDefault(Metric.CHUNKS, 0.0);
        try (Driver driver = new Driver(bench.brokerUri(), topology, scenario)) {
            driver.listen();
            List<String> command = new ArrayList<>(bench.programs().command(Subject.PERF_TEST));
            command.addAll(PerfTest.arguments(
                    bench.brokerUri(), topology.chunks(), messages, like.getOrDefault(Metric.CHUNK_BYTES, 0.0)));
            Path logs = bench.programs().logs();
            try (SubjectProcess process =
                    SubjectProcess.start(scenario.name() + "-perf-test", command, Map.of(), logs)) {
                driver.awaitMessages(STREAMS);
                Thread.sleep(bench.warmUp());
                ProcessMeter meter = new ProcessMeter(List.of(process.pid()));
                Window window = Window.open(driver.tally(), meter, bench.broker());
                Thread.sleep(bench.measure());
                if (!process.isAlive()) {
                    throw new IOException("PerfTest ended early: see " + process.log());
                }
                Map<Metric, Double> values = window.close();
                values.put(Metric.PEAK, mebibytes(meter.peakBytes()));
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

    private static double mebibytes(long bytes) {
        return bytes / (1024.0 * 1024);
    }

    /** Ends the subject, and removes what it left on the broker. */
    @Override
    public void close() {
        try (driver;
                source) {
            processes.forEach(SubjectProcess::close);
            driver.sweep();
        }
    }
}
