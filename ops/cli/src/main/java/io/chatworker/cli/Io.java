package io.chatworker.cli;

import io.chatworker.cli.view.Style;
import io.chatworker.cli.view.WordWrap;
import io.chatworker.client.ChatClient;
import io.chatworker.client.ChatClientBuilder;
import io.chatworker.client.ChatException;
import io.chatworker.client.ChatTools;
import io.chatworker.client.NotConnected;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/** What all commands share: the environment, the streams, and the terminal where there is one. */
final class Io implements AutoCloseable {

    private final Map<String, String> environment;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Supplier<@Nullable Terminal> terminals;
    private @Nullable Terminal terminal;
    private boolean looked;
    private volatile boolean interrupted;

    /**
     * For one run of the program.
     *
     * @param terminals the person's terminal, null where standard output is none; asked once, when it is needed
     */
    Io(
            Map<String, String> environment,
            InputStream in,
            PrintStream out,
            PrintStream err,
            Supplier<@Nullable Terminal> terminals) {
        this.environment = environment;
        this.in = in;
        this.out = out;
        this.err = err;
        this.terminals = terminals;
    }

    Broker broker() {
        return Broker.of(environment);
    }

    /**
     * Connected to the workers' broker.
     *
     * @param problems takes a sentence when the connection is lost or back
     */
    ChatClient client(Consumer<String> problems) {
        try {
            return connection(problems).connect();
        } catch (ChatException.NoBroker e) {
            throw e.getCause() instanceof NotConnected why ? Trouble.of(why) : e;
        }
    }

    /** Likewise, to offer tools. */
    ChatTools tools(Consumer<String> problems) {
        try {
            return connection(problems).connectTools();
        } catch (ChatException.NoBroker e) {
            throw e.getCause() instanceof NotConnected why ? Trouble.of(why) : e;
        }
    }

    private ChatClientBuilder connection(Consumer<String> problems) {
        Broker broker = broker();
        return ChatClient.builder()
                .nodes(broker.nodes())
                .topology(broker.topology())
                .name("chat ctl")
                .problems(problems);
    }

    /** The same, where nothing lasts so long that the connection could be lost. */
    ChatClient client() {
        return client(problem -> {});
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

    /** The person's terminal; null where the output goes elsewhere. */
    @Nullable
    Terminal terminal() {
        if (!looked) {
            looked = true;
            terminal = terminals.get();
        }
        return terminal;
    }

    /** How many columns a line may take. */
    int width() {
        Terminal shown = terminal();
        return shown == null || shown.getSize().getColumns() <= 0
                ? Integer.MAX_VALUE
                : shown.getSize().getColumns();
    }

    boolean colours() {
        return Style.wanted(environment);
    }

    /** Says something about the answers rather than in them: wrapped in a terminal, else on standard error. */
    void say(String text) {
        Terminal shown = terminal();
        if (shown == null) {
            err.println(text);
        } else {
            shown.writer().println(WordWrap.whole(text, width()));
            shown.writer().flush();
        }
    }

    /** Says what went wrong, on standard error, and wrapped where a person reads it. */
    void complain(String text) {
        err.println(width() == Integer.MAX_VALUE ? text : WordWrap.whole(text, width()));
    }

    /** By Ctrl-C, which the program lives through to show what came. */
    void interrupted() {
        interrupted = true;
    }

    boolean wasInterrupted() {
        return interrupted;
    }

    @Override
    public void close() {
        try {
            if (terminal != null) {
                terminal.close();
            }
        } catch (IOException e) {
            // Its settings are the shell's affair now.
        }
    }
}
