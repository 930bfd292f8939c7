package io.chatworker.cli;

import io.chatworker.cli.talk.InputParser;
import io.chatworker.cli.talk.Reply;
import io.chatworker.cli.talk.SlashCommands;
import io.chatworker.client.ChatException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "repl",
        description = "A prompt; every question carries the conversation so far. /help lists its commands.")
final class Repl implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Main main;

    @Mixin
    RequestOptions options = new RequestOptions();

    @Override
    public Integer call() throws IOException {
        return talk(options, Objects.requireNonNull(main).io());
    }

    /** Answers until the person leaves. */
    static int talk(RequestOptions options, Io io) throws IOException {
        options.check(io);
        Session session = Session.of(options, io);
        try (Asking asking = new Asking(io, options, true)) {
            Workers workers = new Workers(asking.client());
            SlashCommands commands =
                    new SlashCommands(session.conversation(), session.settings(), () -> NewId.of("c"), workers::known);
            greet(session, options, io);
            Terminal terminal = io.terminal();
            Lines lines = terminal == null ? Lines.piped(io.in()) : Lines.typed(terminal, commands, io.environment());
            answer(lines, commands, session, asking, io);
            return ExitCode.OK;
        }
    }

    private static void greet(Session session, RequestOptions options, Io io) {
        int turns = session.conversation().messages().size();
        io.say((turns == 0 ? "Ask a question." : "Going on with the last conversation, " + turns + " turns.")
                + " /help lists the commands, Ctrl-D leaves.");
        options.tellNote(io);
        io.say("");
    }

    private static void answer(Lines lines, SlashCommands commands, Session session, Asking asking, Io io) {
        for (String typed = lines.next(); typed != null; typed = lines.next()) {
            String line = typed.strip();
            try {
                if (line.startsWith("/")) {
                    switch (commands.run(line)) {
                        case Reply.Said said -> io.say(said.text() + "\n");
                        case Reply.AskAgain _ -> {
                            session.askAgain(asking);
                            io.say("");
                        }
                        case Reply.Leave _ -> {
                            return;
                        }
                    }
                } else if (!InputParser.unfenced(line).isEmpty()) {
                    session.ask(InputParser.unfenced(line), asking);
                    io.say("");
                }
            } catch (ChatException e) {
                // The next question may fare better: the conversation is still here.
                io.say(e.what() + "\n" + Main.nextAtTerminal(e) + "\n");
            }
        }
    }
}
