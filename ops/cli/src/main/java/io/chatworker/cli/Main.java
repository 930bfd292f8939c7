package io.chatworker.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The command line of the chat worker. */
@Command(
        name = "cli",
        description = "Talks to chat workers over RabbitMQ.",
        footer = {
            "",
            "RABBITMQ_URI names the broker (default amqp://guest:guest@localhost:5672),",
            "CHAT_NAMESPACE the installation (default chat). For amqps:// the PEM files in",
            "RABBITMQ_CA_FILE, RABBITMQ_CERT_FILE and RABBITMQ_KEY_FILE, as for the worker.",
            "Exit code: 0 done, 1 failed or cancelled, 2 wrong usage, 130 Ctrl-C."
        },
        subcommands = {
            Chat.class,
            Ask.class,
            Repl.class,
            Cancel.class,
            Tail.class,
            Describe.class,
            Letters.Dead.class,
            Letters.Rejected.class,
            Check.class
        })
final class Main implements Runnable {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Shows this text.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the version.")
    boolean version;

    private final Map<String, String> environment;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    @CommandLine.Spec
    @org.jspecify.annotations.Nullable
    CommandSpec spec;

    Main(Map<String, String> environment, InputStream in, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        // UTF-8 whatever the locale says, because answers also go to files and pipes.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(new Main(System.getenv(), System.in, out, err).run(arguments));
    }

    int run(String... arguments) {
        try {
            return commandLine().execute(withThinkValue(arguments));
        } finally {
            out.flush();
        }
    }

    private CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(this);
        String version = Main.class.getPackage().getImplementationVersion();
        commandLine.getCommandSpec().version(version == null ? "development" : version);
        return commandLine
                .setOut(new java.io.PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new java.io.PrintWriter(err, true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((e, arguments) -> usage(e))
                .setExecutionExceptionHandler((e, command, result) -> failed(e));
    }

    /** A bare --think means --think=true: with an optional value, picocli would take the question as the value. */
    private static String[] withThinkValue(String[] arguments) {
        String[] all = arguments.clone();
        for (int i = 0; i < all.length && !all[i].equals("--"); i++) {
            if (all[i].equals("--think")) {
                all[i] = "--think=true";
            }
        }
        return all;
    }

    private int usage(ParameterException e) {
        err.println(e.getMessage());
        CommandSpec command = e.getCommandLine().getCommandSpec();
        String name = command.userObject() instanceof Chat ? Chat.SCRIPT : command.qualifiedName();
        err.println("Try '" + name + " --help'.");
        return ExitCode.USAGE;
    }

    private int failed(Exception e) throws Exception {
        if (e instanceof Trouble trouble) {
            err.println(trouble.what());
            err.println(trouble.nextStep());
            return ExitCode.FAILED;
        }
        throw e;
    }

    /** Called without a command: wrong usage. */
    @Override
    public void run() {
        throw new ParameterException(
                java.util.Objects.requireNonNull(spec).commandLine(), "Say what to do: a command is missing.");
    }

    Broker broker() {
        return Broker.of(environment);
    }

    Map<String, String> environment() {
        return environment;
    }

    InputStream in() {
        return in;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }
}
