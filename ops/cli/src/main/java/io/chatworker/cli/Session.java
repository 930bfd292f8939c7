package io.chatworker.cli;

import io.chatworker.cli.talk.ChatSettings;
import io.chatworker.cli.talk.Conversation;
import io.chatworker.cli.talk.SavedConversation;
import io.chatworker.cli.talk.StateFolder;
import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.ChatRequestBuilder;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.TerminalEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A conversation with its settings. It is kept after each answer, so that {@code --continue} can go on with it. */
final class Session {

    private final RequestOptions options;
    private final ChatSettings settings;
    private final Conversation conversation;
    private final StateFolder state;

    private Session(RequestOptions options, ChatSettings settings, Conversation conversation, StateFolder state) {
        this.options = options;
        this.settings = settings;
        this.conversation = conversation;
        this.state = state;
    }

    /** A new one, or the last one with what the options say anew. */
    static Session of(RequestOptions options, Io io) throws IOException {
        ChatSettings settings = new ChatSettings();
        Conversation conversation = new Conversation(NewId.of("c"), List.of());
        StateFolder state = new StateFolder(io.environment());
        if (options.goOn) {
            Path last = state.lastConversation()
                    .filter(Files::exists)
                    .orElseThrow(
                            () -> new Trouble("There is no last conversation to continue.", "Ask without --continue."));
            SavedConversation.read(last).restore(conversation, settings);
        }
        options.apply(settings);
        if (options.conversation != null) {
            conversation = new Conversation(options.conversation, conversation.messages());
        }
        return new Session(options, settings, conversation, state);
    }

    ChatSettings settings() {
        return settings;
    }

    Conversation conversation() {
        return conversation;
    }

    /** Asks the next question. */
    Optional<TerminalEvent> ask(String question, Asking asking) {
        ChatMessage turn = conversation.turn(question);
        List<ChatMessage> messages = new ArrayList<>(conversation.messages());
        ChatRequestBuilder request = request();
        if (turn.images() == null) {
            request.message(question);
        } else {
            messages.add(turn);
        }
        Optional<TerminalEvent> end = asking.ask(request.messages(messages).build());
        end.ifPresent(event -> heard(turn, event));
        return end;
    }

    /** Asks the last question again. */
    void askAgain(Asking asking) {
        ChatRequest request =
                request().messages(conversation.messages()).regenerate(true).build();
        asking.ask(request).ifPresent(event -> heard(null, event));
    }

    private ChatRequestBuilder request() {
        return options.request(settings).conversationId(conversation.id());
    }

    private void heard(@org.jspecify.annotations.Nullable ChatMessage turn, TerminalEvent event) {
        conversation.heard(turn, event);
        // A failed question would take the conversation before it away, and leave the setting over which it failed.
        if (!(event instanceof Failed)) {
            state.lastConversation().ifPresent(this::keep);
        }
    }

    private void keep(Path file) {
        try {
            SavedConversation.of(conversation, settings).write(file);
        } catch (IOException e) {
            // The disk is full, or the folder is gone: the answer matters more.
        }
    }
}
