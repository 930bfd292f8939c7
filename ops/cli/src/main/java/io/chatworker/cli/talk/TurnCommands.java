package io.chatworker.cli.talk;

import io.chatworker.cli.talk.Reply.Said;
import io.chatworker.cli.view.Width;
import io.chatworker.contracts.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/** The commands that work on the conversation. */
final class TurnCommands {

    // In base64 a third more, which still fits into a request.
    private static final long MAX_IMAGE_BYTES = 5L << 20;
    private static final int TURN_WIDTH = 100;

    private final Conversation conversation;
    private final ChatSettings settings;
    private final Supplier<String> newId;

    TurnCommands(Conversation conversation, ChatSettings settings, Supplier<String> newId) {
        this.conversation = conversation;
        this.settings = settings;
        this.newId = newId;
    }

    List<Slash> all() {
        return List.of(
                new Slash("/image", "FILE", "an image for the next question", this::image),
                new Slash("/regenerate", "", "answer the last question again", _ -> regenerate()),
                new Slash("/undo", "", "drop the last question and answer", _ -> undo()),
                new Slash("/save", "FILE", "save the conversation", this::save),
                new Slash("/load", "FILE", "go on with a saved one", this::load),
                new Slash("/new", "", "a new conversation, same settings", _ -> startAnew()),
                new Slash("/show", "", "settings, and the turns so far", _ -> show()));
    }

    private Reply image(String name) throws IOException {
        Path file = file(name);
        if (!Files.isRegularFile(file)) {
            throw new IOException("There is no file " + file + ".");
        }
        if (Files.size(file) > MAX_IMAGE_BYTES) {
            throw new IOException(file + " is larger than 5 MiB, the most that fits into a request.");
        }
        conversation.attach(Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
        return new Said("Attached " + file.getFileName() + " (" + Math.ceilDiv(Files.size(file), 1024)
                + " KiB); it goes with the next question.");
    }

    private Reply regenerate() {
        return conversation.hasQuestion() ? new Reply.AskAgain() : new Said("There is no question to answer again.");
    }

    private Reply undo() {
        return conversation.hasQuestion()
                ? new Said("Took back: " + line(conversation.undo()))
                : new Said("There is nothing to take back.");
    }

    private Reply save(String name) throws IOException {
        Path file = file(name);
        SavedConversation.of(conversation, settings).write(file);
        return new Said("Saved " + turns() + " in " + file + ".");
    }

    private Reply load(String name) throws IOException {
        SavedConversation.read(file(name)).restore(conversation, settings);
        return new Said("Loaded " + turns() + ".");
    }

    private Reply startAnew() {
        conversation.startAnew(newId.get(), List.of());
        return new Said("A new conversation.");
    }

    private Reply show() {
        List<String> lines = new ArrayList<>();
        lines.add("Conversation " + conversation.id() + ", " + turns() + "; model "
                + (settings.model == null ? "the worker's" : settings.model) + ", agent "
                + (settings.agent == null ? "general" : settings.agent)
                + (settings.think == null ? "" : ", think " + settings.think)
                + (settings.options.isEmpty() ? "" : ", options " + settings.optionsText())
                + (conversation.attached() == 0 ? "" : ", images attached: " + conversation.attached()));
        if (settings.system != null) {
            lines.add("system: " + line(settings.system));
        }
        for (ChatMessage turn : conversation.messages()) {
            lines.add(turn.role() + ": " + line(String.valueOf(turn.content())));
        }
        return new Said(String.join("\n", lines));
    }

    private String turns() {
        int count = conversation.messages().size();
        return count == 1 ? "1 turn" : count + " turns";
    }

    private static String line(String text) {
        return Width.cut(Width.printable(text.strip().replaceAll("\\s+", " ")), TURN_WIDTH);
    }

    private static Path file(String name) throws IOException {
        if (name.isEmpty()) {
            throw new IOException("Name a file behind the command.");
        }
        try {
            String home = System.getProperty("user.home");
            return Path.of(name.startsWith("~/") ? home + name.substring(1) : name);
        } catch (InvalidPathException e) {
            throw new IOException("'" + name + "' cannot be the name of a file.", e);
        }
    }
}
