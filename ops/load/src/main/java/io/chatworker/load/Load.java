package io.chatworker.load;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The command line of the load generator. {@code ops/bench} starts the broker and runs it. */
@Command(
        name = "ops/bench",
        sortOptions = false,
        description =
                "Measures what a token costs on its way through the worker (CPU, latency, memory), and whether every "
                        + "token arrives in order. For comparison it runs a bare relay (the lower bound) and PerfTest. Starts a "
                        + "RabbitMQ of its own. Takes about four minutes; needs Linux and an otherwise idle machine.%n",
        footer = {
            "",
            "ops/bench --kernels runs JMH instead, on reading a line and writing a chunk (two minutes).",
            "",
            "Exit code: 0 done, 1 tokens were lost or out of order or answers failed, 2 wrong usage."
        })
final class Load implements Callable<Integer> {

    private static final int FAULTS = 1;

    @Option(
            names = {"-s", "--scenario"},
            split = ",",
            converter = ScenarioName.class,
            description = "Scenarios to run, comma-separated; see --list. Default: 100x20,saturated-20,5000x1.")
    List<Scenario> scenarios = List.of();

    @Option(names = "--list", description = "Shows the scenarios.")
    boolean list;

    @Option(
            names = "--subject",
            split = ",",
            converter = SubjectName.class,
            description = "What to measure: worker, relay, perf-test. Default: all.")
    List<Subject> subjects = List.of(Subject.WORKER, Subject.RELAY, Subject.PERF_TEST);

    @Option(
            names = "--variant",
            paramLabel = "NAME=WORDS",
            converter = Variant.class,
            description = {
                "Also a worker with a difference; repeatable. Words are flags of the JVM, VARIABLE=value, or",
                "jar=path of another worker: --variant 'parallel=-XX:-UseSerialGC -XX:+UseParallelGC'."
            })
    List<Subject> variants = List.of();

    @Option(names = "--jvm", paramLabel = "FLAGS", description = "More flags for the JVM of every subject.")
    String jvm = "";

    @Option(
            names = "--interval",
            converter = TimeSpan.class,
            description = "CHAT_CHUNK_INTERVAL, such as 0 or 20ms. Default: the worker's own.")
    @Nullable
    Duration interval;

    @Option(
            names = "--warm-up",
            converter = TimeSpan.class,
            description = "How long to run before measuring. Default: 10s.")
    Duration warmUp = Duration.ofSeconds(10);

    @Option(names = "--measure", converter = TimeSpan.class, description = "How long to measure. Default: 10s.")
    Duration measure = Duration.ofSeconds(10);

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "Number of rounds; the table shows medians, and ratios within the same round. Default: 1.")
    int repeat = 1;

    @Option(names = "--json", description = "Print everything as JSON instead of a table.")
    boolean asJson;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this text.")
    boolean help;

    @Option(names = "--check", hidden = true, description = "Only looks at the other arguments.")
    boolean checkOnly;

    @Option(names = "--broker", hidden = true)
    String broker = "amqp://guest:guest@localhost:5672";

    @Option(names = "--broker-pid", hidden = true)
    @Nullable
    Long brokerPid;

    @Option(names = "--worker-jar", hidden = true)
    Path workerJar = Path.of("chat-worker.jar");

    @Option(names = "--flag", hidden = true)
    List<String> flags = List.of();

    @Option(names = "--worker-flag", hidden = true)
    List<String> workerFlags = List.of();

    @Option(names = "--logs", hidden = true)
    Path logs = Path.of("logs");

    private final PrintStream out;
    private final PrintStream progress;

    Load(PrintStream out, PrintStream progress) {
        this.out = out;
        this.progress = progress;
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(new CommandLine(new Load(out, err))
                .setExecutionExceptionHandler((e, command, result) -> failed(e, err))
                .execute(arguments));
    }

    /** Problems with a process or the broker become a sentence; anything else is a bug in this program. */
    private static int failed(Exception e, PrintStream err) throws Exception {
        if (!(e instanceof IOException)) {
            throw e;
        }
        err.println("The run ended early: " + e.getMessage());
        return FAULTS;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (checkOnly) {
            return 0;
        }
        if (list) {
            Scenario.NAMED.forEach(one -> out.printf("%-14s %s%n", one.name(), one.about()));
            out.println("Names like 300x10 and saturated-50 give other scenarios.");
            return 0;
        }
        Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Report report = new Report(rounds());
        if (asJson) {
            out.println(report.json(circumstances(began)));
        } else {
            report.print(out);
        }
        if (report.hasFaults()) {
            progress.println("Answers were lost, out of order or failed: see the last lines of the table.");
            return FAULTS;
        }
        return 0;
    }

    private List<Measured> rounds() throws IOException, InterruptedException {
        List<Scenario> asked = scenarios.isEmpty()
                ? Scenario.USUAL.stream().map(Scenario::named).toList()
                : scenarios;
        List<Subject> all = Stream.concat(subjects.stream(), variants.stream()).toList();
        List<Measured> measured = new ArrayList<>();
        for (int round = 1; round <= repeat; round++) {
            for (Scenario scenario : asked) {
                measured.addAll(round(scenario, inOrder(all, scenario, round), round));
            }
        }
        return measured;
    }

    /** Alternates the order, so that drift affects all alike; PerfTest is last, because it repeats what the worker did. */
    private static List<Subject> inOrder(List<Subject> all, Scenario scenario, int round) {
        List<Subject> order = new ArrayList<>(all);
        order.removeIf(subject -> scenario.toolCallBytes() > 0 && subject.kind() == Subject.Kind.RELAY);
        if (round % 2 == 0) {
            order = new ArrayList<>(order.reversed());
        }
        order.sort((a, b) -> Boolean.compare(a.kind() == Subject.Kind.PERF_TEST, b.kind() == Subject.Kind.PERF_TEST));
        return order;
    }

    private List<Measured> round(Scenario scenario, List<Subject> order, int round)
            throws IOException, InterruptedException {
        List<String> allFlags = Stream.concat(
                        flags.stream(), Stream.of(jvm.split("\\s+", -1)).filter(flag -> !flag.isEmpty()))
                .toList();
        Trial trial = new Trial(
                new Programs(workerJar, allFlags, workerFlags, interval, logs),
                broker,
                brokerPid == null ? null : new ProcessMeter(brokerPid),
                warmUp,
                measure);
        List<Measured> measured = new ArrayList<>();
        Map<Metric, Double> worker = Map.of();
        for (Subject subject : order) {
            progress.printf(
                    "%s, %s (%s)%s …%n",
                    scenario.name(),
                    subject.name(),
                    scenario.about(),
                    repeat > 1 ? ", round " + round + " of " + repeat : "");
            Map<Metric, Double> values = subject.kind() == Subject.Kind.PERF_TEST
                    ? trial.perfTest(scenario, worker)
                    : trial.run(scenario, subject);
            if (subject.kind() == Subject.Kind.WORKER) {
                worker = values;
            }
            progress.printf(
                    "  %,.0f tokens/s, %.1f µs of CPU each%n",
                    values.getOrDefault(Metric.TOKENS, 0.0), values.getOrDefault(Metric.CPU, 0.0));
            measured.add(new Measured(scenario.name(), subject.name(), round, values));
        }
        return measured;
    }

    private Map<String, String> circumstances(Instant began) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("began_at", began.toString());
        all.put("cpus", Integer.toString(Runtime.getRuntime().availableProcessors()));
        all.put("cpu", ProcessMeter.cpuModel());
        all.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        all.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        all.put("flags", String.join(" ", flags) + " " + jvm);
        all.put("warm_up", warmUp.toString());
        all.put("measure", measure.toString());
        all.put("interval", interval == null ? "default" : interval.toString());
        variants.forEach(variant -> all.put("variant " + variant.name(), variant.toString()));
        return all;
    }

    /** Unknown names become wrong usage. */
    private static final class ScenarioName implements ITypeConverter<Scenario> {
        @Override
        public Scenario convert(String name) {
            try {
                return Scenario.named(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static final class SubjectName implements ITypeConverter<Subject> {
        @Override
        public Subject convert(String name) {
            try {
                return Subject.named(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static final class Variant implements ITypeConverter<Subject> {
        @Override
        public Subject convert(String text) {
            try {
                return Subject.variant(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
