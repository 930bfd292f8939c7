package io.chatworker.cli;

import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.TerminalEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The turns so far. The worker keeps none: the history of a terminal event becomes the messages of the next request. */
final class Conversation {

    private String id;
    private List<ChatMessage> messages = List.of();

    Conversation(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    List<ChatMessage> messages() {
        return messages;
    }

    void startAnew() {
        id = NewId.of("c");
        messages = List.of();
    }

    void heard(String question, TerminalEvent end) {
        switch (end) {
            case Completed completed -> keep(completed.history(), question, completed.message());
            case Cancelled cancelled -> keep(cancelled.history(), question, cancelled.partial());
            // It was not answered, so it does not become part of the conversation.
            case Failed _ -> {}
        }
    }

    /** An event that would be too large with its history comes without it; then the turns are added here. */
    private void keep(@Nullable List<ChatMessage> history, String question, @Nullable ChatMessage answer) {
        if (history != null) {
            messages = history;
            return;
        }
        if (answer == null) {
            return;
        }
        List<ChatMessage> all = new ArrayList<>(messages);
        all.add(ChatMessage.user(question));
        all.add(answer);
        messages = List.copyOf(all);
    }
}
