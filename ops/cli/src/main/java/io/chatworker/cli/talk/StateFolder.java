package io.chatworker.cli.talk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the program keeps what outlasts a session: {@code chat-worker} in {@code XDG_STATE_HOME}, by default
 * {@code ~/.local/state}. Where it cannot be made, nothing is kept.
 */
public final class StateFolder {

    private final Optional<Path> folder;

    public StateFolder(Map<String, String> environment) {
        this.folder = folder(environment);
    }

    private static Optional<Path> folder(Map<String, String> environment) {
        Path state = Path.of(environment.getOrDefault("XDG_STATE_HOME", ""));
        String home = environment.getOrDefault("HOME", "");
        // The specification says that a path that is not absolute counts for nothing.
        if (!state.isAbsolute()) {
            state = Path.of(home, ".local", "state");
        }
        try {
            return state.isAbsolute()
                    ? Optional.of(PrivateFile.makeFolder(state.resolve("chat-worker")))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The lines that were typed at the prompt. */
    public Optional<Path> history() {
        try {
            return folder.isPresent()
                    ? Optional.of(PrivateFile.make(folder.get().resolve("history")))
                    : folder;
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The last conversation, for {@code --continue}. */
    public Optional<Path> lastConversation() {
        return folder.map(path -> path.resolve("last-conversation.json"));
    }

    /** The schemas of tools, a file each. */
    public Optional<Path> tools() {
        return folder.map(path -> path.resolve("tools"));
    }
}
