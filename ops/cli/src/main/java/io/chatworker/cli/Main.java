package io.chatworker.cli;

import com.rabbitmq.client.AMQP;
import io.chatworker.client.ChatException;
import io.chatworker.contracts.Contract;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the chat worker: what all commands share. */
@Command(
        name = "ctl",
        description = "Talks to chat workers over RabbitMQ.",
        footer = {
            "",
            "RABBITMQ_URI names the broker (default: the one that ops/chat started, else",
            "amqp://guest:guest@localhost:5672), CHAT_NAMESPACE the installation (default chat).",
            "For amqps:// the PEM files in RABBITMQ_CA_FILE, RABBITMQ_CERT_FILE and",
            "RABBITMQ_KEY_FILE, as for the worker. NO_COLOR switches colours off.",
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
            ServeTool.class,
            Completion.class,
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
            scope = ScopeType.INHERIT,
            description = "Shows the version.")
    boolean version;

    private final Io io;

    @CommandLine.Spec
    @Nullable
    CommandSpec spec;

    Main(Io io) {
        this.io = io;
    }

    public static void main(String[] arguments) {
        // UTF-8 whatever the locale says, because answers also go to files and pipes.
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int exitCode;
        try (Io io = new Io(System.getenv(), System.in, out, err, OutputTerminal::find)) {
            exitCode = new Main(io).run(arguments);
        }
        System.exit(exitCode);
    }

    int run(String... arguments) {
        try {
            return commandLine().execute(withThinkValue(arguments));
        } finally {
            io.out().flush();
        }
    }

    private CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(this);
        String version = Main.class.getPackage().getImplementationVersion();
        String text = "ctl " + (version == null ? "(development)" : version) + ", contract " + Contract.VERSION;
        commandLine.setCommandName(ProgramName.get());
        versionOfAll(commandLine, text);
        return commandLine
                .setOut(new java.io.PrintWriter(io.out(), true, StandardCharsets.UTF_8))
                .setErr(new java.io.PrintWriter(io.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((e, words) -> usage(e))
                .setExecutionExceptionHandler((e, command, result) -> failed(e));
    }

    private static void versionOfAll(CommandLine commandLine, String text) {
        commandLine.getCommandSpec().version(text);
        commandLine.getSubcommands().values().forEach(each -> versionOfAll(each, text));
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
        io.complain(problem(e));
        CommandSpec command = e.getCommandLine().getCommandSpec();
        String name = command.userObject() instanceof Chat ? Chat.SCRIPT : command.qualifiedName();
        io.err().println("Try '" + name + " --help'.");
        return ExitCode.USAGE;
    }

    /** What is wrong, with what may have been meant. */
    private static String problem(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(e.getMessage());
        }
        boolean named = unmatched.isUnknownOption()
                || e.getCommandLine().getSubcommands().isEmpty();
        String what = named
                ? e.getMessage() + "."
                : "There is no command '" + unmatched.getUnmatched().getFirst() + "'.";
        List<String> near = unmatched.getSuggestions();
        return near.isEmpty() ? what : what + " Did you mean " + String.join(" or ", near) + "?";
    }

    private int failed(Exception e) throws Exception {
        switch (e) {
            case Trouble trouble -> tell(trouble.what(), trouble.nextStep());
            case ChatException.BrokerRefused refused
            when refused.code() == AMQP.NOT_FOUND -> tell(refused.what(), Broken.NOT_SET_UP);
            case ChatException broken -> tell(broken.what(), nextAtTerminal(broken));
            case IOException broken -> tell(String.valueOf(broken.getMessage()), "");
            default -> throw e;
        }
        return ExitCode.FAILED;
    }

    /** What the client tells a program, told to a person. */
    static String nextAtTerminal(ChatException broken) {
        return broken.next().replace("ask describe()", "ask 'ops/ctl describe'");
    }

    private void tell(String what, String next) {
        io.complain(what);
        if (!next.isEmpty()) {
            io.complain(next);
        }
    }

    /** Called without a command: wrong usage. */
    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "Say what to do: a command is missing.");
    }

    Io io() {
        return io;
    }
}
