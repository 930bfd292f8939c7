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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command line of the load generator. {@code ops/bench} starts the broker and runs it. Over 300 lines, because every
 * option with its help, its check and its way to a trial is here.
 */
@Command(
        name = "ops/bench",
        sortOptions = false,
        description =
                "Measures what a token costs on its way through the worker (CPU, latency, memory), and whether every "
                        + "token arrives in order. Compares with a bare relay in Java (the worker's libraries and nothing "
                        + "else), one in Go, a Spring worker, one on FastStream, and PerfTest. Starts a RabbitMQ of its "
                        + "own. Takes about ten minutes; needs Linux and an otherwise idle machine.%n",
        footer = {
            "",
            "ops/bench --kernels runs JMH instead, on reading a line and writing a chunk (two minutes).",
            "",
            "A subject that fails takes no further part in its scenario; the table shows what it did before.",
            "",
            "Exit code: 0 done; 1 tokens were lost or out of order, answers or a subject failed, or --check found a",
            "ratio too high; 2 wrong usage."
        })
final class Load implements Callable<Integer> {

    private static final int FAULTS = 1;
    private static final int ROUNDS_OF_A_CHECK = 5;

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
            description = {
                "What to measure: worker, relay, go-relay, spring, faststream, perf-test. Default: all that this machine",
                "has but perf-test. go-relay needs Go; faststream needs a Python (BENCH_PYTHON, default python3) with",
                "the packages of ops/load/src/main/python/requirements.txt."
            })
    List<Subject> subjects = List.of();

    @Option(
            names = "--variant",
            paramLabel = "NAME=WORDS",
            converter = Variant.class,
            description = {
                "Also a worker with a difference; repeatable. Words are flags of the JVM, VARIABLE=value, or",
                "jar=path of another worker: --variant 'parallel=-XX:-UseSerialGC -XX:+UseParallelGC'. workers=N runs so",
                "many on one queue, which share the streams."
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
            description = "How long each subject works before its first measurement. Default: 20s.")
    Duration warmUp = Duration.ofSeconds(20);

    @Option(names = "--measure", converter = TimeSpan.class, description = "How long to measure. Default: 10s.")
    Duration measure = Duration.ofSeconds(10);

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "Number of rounds; the table shows medians, and ratios within the same round. Default: 1.")
    int repeat;

    @Option(names = "--json", description = "Print everything as JSON instead of a table.")
    boolean asJson;

    @Option(
            names = "--from",
            split = ",",
            paramLabel = "FILE",
            description = "Show what earlier runs printed with --json instead of measuring.")
    List<Path> from = List.of();

    @Option(
            names = "--draw",
            paramLabel = "FOLDER",
            description = "Also draw the figures, as SVG files in this folder.")
    @Nullable
    Path drawings;

    @Option(
            names = "--check",
            description = {
                "Compares the worker with the relays, and the ratios with those in ops/load/expected.json. For a change",
                "of what a token goes through. Five rounds of 100x20 and saturated-20 unless you say otherwise."
            })
    boolean check;

    @Option(names = "--record", description = "Writes the ratios of this run into ops/load/expected.json.")
    boolean record;

    @Option(names = "--expected", hidden = true)
    Path expected = Path.of("expected.json");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this text.")
    boolean help;

    @Option(names = "--dry-run", hidden = true, description = "Only looks at the other arguments.")
    boolean dryRun;

    @Option(names = "--go-relay", hidden = true)
    @Nullable
    Path goRelay;

    @Option(names = "--python", hidden = true)
    @Nullable
    Path python;

    @Option(names = "--python-worker", hidden = true)
    @Nullable
    Path pythonWorker;

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

    @Spec
    @Nullable
    CommandSpec spec;

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
        if (dryRun) {
            return 0;
        }
        if (list) {
            Scenario.NAMED.forEach(one -> out.printf("%-14s %s%n", one.name(), one.about()));
            out.println("Names like 300x10, saturated-50 and history-1000k give other scenarios.");
            return 0;
        }
        Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Report report = from.isEmpty() ? measured() : new Report(Figures.read(from));
        if (drawings != null) {
            new Drawing(report).into(drawings);
        }
        if (asJson) {
            out.println(report.json(circumstances(began)));
        } else {
            report.print(out);
        }
        report.dropouts().forEach(progress::println);
        if (report.hasFaults()) {
            progress.println("Answers were lost, out of order or failed: see the last lines of the table.");
        }
        if (report.hasFaults() || !report.dropouts().isEmpty()) {
            return FAULTS;
        }
        if (record) {
            Guard.record(report, from.isEmpty() ? circumstances(began) : Map.of("from", from.toString()), expected);
        }
        return check && !Guard.passes(report, expected, progress) ? FAULTS : 0;
    }

    private Report measured() throws InterruptedException {
        Programs.Others others = new Programs.Others(goRelay, python, pythonWorker);
        for (Subject subject : subjects) {
            if (!others.have(subject)) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        subject.name() + " needs what this machine does not have: see --help");
            }
        }
        List<String> allFlags = Stream.concat(
                        flags.stream(), Stream.of(jvm.split("\\s+", -1)).filter(flag -> !flag.isEmpty()))
                .toList();
        Trial.Bench bench = new Trial.Bench(
                new Programs(workerJar, allFlags, workerFlags, interval, logs, others),
                broker,
                brokerPid == null ? null : new ProcessMeter(List.of(brokerPid)),
                warmUp,
                measure);
        List<Subject> all = Stream.concat(subjects(others), variants.stream()).toList();
        return new Rounds(bench, all, progress).of(asked(), repeat > 0 ? repeat : check ? ROUNDS_OF_A_CHECK : 1);
    }

    private List<Scenario> asked() {
        List<String> usual = check ? Guard.SCENARIOS : Scenario.USUAL;
        return scenarios.isEmpty() ? usual.stream().map(Scenario::named).toList() : scenarios;
    }

    private Stream<Subject> subjects(Programs.Others others) {
        if (!subjects.isEmpty()) {
            return subjects.stream();
        }
        return (check ? Guard.SUBJECTS : Subject.NAMED)
                .stream().filter(subject -> subject.kind() != Subject.Kind.PERF_TEST && others.have(subject));
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
