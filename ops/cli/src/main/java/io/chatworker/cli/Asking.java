package io.chatworker.cli;

import io.chatworker.cli.view.AnswerView;
import io.chatworker.cli.view.JsonView;
import io.chatworker.cli.view.PlainView;
import io.chatworker.cli.view.QueueNote;
import io.chatworker.cli.view.Screen;
import io.chatworker.cli.view.TerminalView;
import io.chatworker.client.Answer;
import io.chatworker.client.AnswerListener;
import io.chatworker.client.ChatClient;
import io.chatworker.client.ChatException;
import io.chatworker.client.ReceivedEvent;
import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.TerminalEvent;
import java.time.Duration;
import java.util.Optional;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

/** Asks one question after another over one connection, shows each answer as it grows, and lets Ctrl-C stop it. */
final class Asking implements AutoCloseable {

    private static final Duration QUIET = Duration.ofSeconds(3);
    // Answers of workers come within milliseconds; meanwhile the answer itself is not shown.
    private static final Duration DESCRIBING = Duration.ofMillis(500);

    private final Io io;
    private final boolean json;
    private final Duration timeout;
    private final boolean prompting;
    private final ChatClient client;
    private volatile @Nullable AnswerView current;

    /**
     * Connects.
     *
     * @param prompting whether this is a prompt, where Ctrl-C ends the answer and not the program
     */
    Asking(Io io, RequestOptions options, boolean prompting) {
        this.io = io;
        this.json = options.json;
        this.timeout = options.timeout;
        this.prompting = prompting;
        this.client = io.client(this::problem);
    }

    ChatClient client() {
        return client;
    }

    /** Empty where the person gave up waiting; what Ctrl-C stopped over the broker ends as cancelled. */
    Optional<TerminalEvent> ask(ChatRequest request) {
        Terminal terminal = json ? null : io.terminal();
        if (terminal == null) {
            AnswerView view = json ? new JsonView(io.out(), io.err()) : new PlainView(io.out(), io.err());
            return follow(request, view, null);
        }
        try (Screen screen = new Screen(terminal, io.colours())) {
            return follow(request, new TerminalView(screen, prompting), terminal);
        }
    }

    private void problem(String sentence) {
        AnswerView shown = current;
        if (shown != null) {
            shown.waits(sentence);
        }
    }

    private Optional<TerminalEvent> follow(ChatRequest request, AnswerView view, @Nullable Terminal terminal) {
        current = view;
        Answer answer = client.ask(request, timeout, new AnswerListener() {
            @Override
            public void arrived(ReceivedEvent event) {
                view.arrived(event);
            }
        });
        try (Interruption interruption = Interruption.of(answer, view, io, terminal)) {
            try {
                show(answer, view);
                return Optional.of(answer.await());
            } catch (ChatException.Closed e) {
                view.broken(interruption.why());
                return Optional.empty();
            } catch (ChatException e) {
                view.broken("");
                throw e;
            }
        } finally {
            current = null;
        }
    }

    private void show(Answer answer, AnswerView view) {
        boolean quiet = true;
        String told = "";
        while (!answer.isRead()) {
            Optional<AnswerChange> change = answer.next(QUIET);
            if (change.isPresent()) {
                quiet = false;
                view.changed(change.get());
                if (change.get() instanceof AnswerChange.Settled settled) {
                    view.ended(settled.event());
                }
            } else if (quiet) {
                String why = QueueNote.of(client.describe(DESCRIBING));
                if (!why.equals(told)) {
                    view.waits(why);
                    told = why;
                }
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
