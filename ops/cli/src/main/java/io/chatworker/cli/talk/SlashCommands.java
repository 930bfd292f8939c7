package io.chatworker.cli.talk;

import io.chatworker.cli.talk.Reply.Said;
import io.chatworker.contracts.Description;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jline.builtins.Completers.FileNameCompleter;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** All commands of the prompt: carries them out, explains them, and completes them on Tab. */
public final class SlashCommands implements Completer {

    private final List<Slash> commands = new ArrayList<>();
    private final FileNameCompleter files = new FileNameCompleter();

    /**
     * For one conversation.
     *
     * @param workers what the workers say of themselves; asked when a command or Tab needs it
     */
    public SlashCommands(
            Conversation conversation,
            ChatSettings settings,
            Supplier<String> newId,
            Supplier<List<Description>> workers) {
        commands.addAll(new SettingCommands(settings, workers).all());
        commands.addAll(new TurnCommands(conversation, settings, newId).all());
        commands.add(new Slash("/help", "", "this list", _ -> new Said(help())));
        commands.add(new Slash("/exit", "", "leave, like Ctrl-D", _ -> new Reply.Leave()));
    }

    /** Carries out a line that begins with a slash. */
    public Reply run(String line) {
        String[] words = line.split("\\s+", 2);
        Optional<Slash> named = named(words[0]);
        if (named.isEmpty()) {
            return new Said("There is no command " + words[0] + "; /help lists them.");
        }
        try {
            return named.get().action().run(words.length > 1 ? words[1].strip() : "");
        } catch (IOException e) {
            return new Said(e.getMessage() == null ? "That failed: " + e : e.getMessage());
        }
    }

    private Optional<Slash> named(String word) {
        String name = word.equals("/quit") || word.equals("/bye") ? "/exit" : word;
        return commands.stream().filter(command -> command.name().equals(name)).findFirst();
    }

    private String help() {
        return commands.stream()
                .map(command -> String.format("%-20s %s", command.usage(), command.help()))
                .collect(Collectors.joining(
                        "\n", "", "\nCtrl-C stops an answer. \"\"\" begins and ends several lines."));
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (line.wordIndex() == 0) {
            commands.forEach(command -> candidates.add(
                    new Candidate(command.name(), command.name(), null, command.help(), null, null, true)));
            return;
        }
        named(line.words().getFirst()).filter(command -> line.wordIndex() == 1).ifPresent(command -> {
            if (command.takesFile()) {
                files.complete(reader, line, candidates);
            } else {
                command.choices().get().forEach(choice -> candidates.add(new Candidate(choice)));
            }
        });
    }
}
