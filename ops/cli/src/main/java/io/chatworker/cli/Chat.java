package io.chatworker.cli;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "chat",
        hidden = true,
        customSynopsis = Chat.SCRIPT + " [OPTIONS] [QUESTION...]",
        description =
                "Asks the question and prints the answer as it arrives. Without a question it opens a prompt in a terminal, "
                        + "and reads the question from standard input elsewhere. Builds what is missing, finds or starts a broker, "
                        + "an Ollama (or the stand-in, which plays recordings) and the worker. ops/down stops what this started.%n",
        footer = {
            "",
            "Settings are environment variables, or KEY=VALUE lines in .env at the top of the repository. "
                    + "Most used: RABBITMQ_URI, OLLAMA_HOST, OLLAMA_MODEL, CHAT_NAMESPACE. "
                    + "ops/worker --help lists all.",
            "",
            "Exit code: 0 answered, 1 failed or cancelled, 2 wrong usage, 130 Ctrl-C."
        })
final class Chat implements Callable<Integer> {

    static final String SCRIPT = "ops/chat";

    @ParentCommand
    @Nullable
    Main main;

    @Spec
    @Nullable
    CommandSpec spec;

    @Mixin
    RequestOptions options = new RequestOptions();

    @Parameters(paramLabel = "QUESTION", arity = "0..*", description = "The question, in quotes or as several words.")
    List<String> words = List.of();

    @Option(names = "--prompt", hidden = true, description = "Without a question: a prompt.")
    boolean prompt;

    @Option(names = "--check", hidden = true, description = "Checks the arguments and prints the question.")
    boolean check;

    @Override
    public Integer call() throws IOException {
        Io io = Objects.requireNonNull(main).io();
        options.check();
        boolean talk = prompt && words.isEmpty();
        if (talk) {
            return check ? ExitCode.OK : Repl.talk(options, io);
        }
        String question = Ask.question(words, io, Objects.requireNonNull(spec));
        if (check) {
            io.out().println(question);
            return ExitCode.OK;
        }
        return Ask.answer(question, options, io);
    }
}
