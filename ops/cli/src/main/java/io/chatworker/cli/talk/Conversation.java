package io.chatworker.cli.talk;

import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.Failed;
import io.chatworker.contracts.TerminalEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The turns so far. The worker keeps none: the history of a terminal event becomes the messages of the next request. */
public final class Conversation {

    private String id;
    private List<ChatMessage> messages;
    private final List<String> images = new ArrayList<>();

    public Conversation(String id, List<ChatMessage> messages) {
        this.id = id;
        this.messages = List.copyOf(messages);
    }

    public String id() {
        return id;
    }

    public List<ChatMessage> messages() {
        return messages;
    }

    /** Begins again: without turns and images, under this id. */
    void startAnew(String newId, List<ChatMessage> turns) {
        id = newId;
        messages = List.copyOf(turns);
        images.clear();
    }

    /** An image that goes with the next question, in base64. */
    void attach(String image) {
        images.add(image);
    }

    int attached() {
        return images.size();
    }

    /** The question as a turn, with the images that were attached since the last one. */
    public ChatMessage turn(String question) {
        List<String> with = images.isEmpty() ? null : List.copyOf(images);
        return new ChatMessage(ChatMessage.USER, question, null, with, null, null, null, null);
    }

    /** Takes in what became of a question; null where the last one was answered again. */
    public void heard(@Nullable ChatMessage question, TerminalEvent end) {
        switch (end) {
            case Completed completed -> keep(completed.history(), question, completed.message());
            case Cancelled cancelled -> keep(cancelled.history(), question, cancelled.partial());
            // It was not answered, so it does not become part of the conversation, and its images stay attached.
            case Failed _ -> {}
        }
    }

    /** An event that would be too large with its history comes without it; then the turns are added here. */
    private void keep(
            @Nullable List<ChatMessage> history, @Nullable ChatMessage question, @Nullable ChatMessage answer) {
        if (history == null && answer == null) {
            return;
        }
        images.clear();
        if (history != null) {
            messages = List.copyOf(history);
            return;
        }
        List<ChatMessage> all = new ArrayList<>(question == null ? upToLastQuestion() : messages);
        if (question != null) {
            all.add(question);
        }
        all.add(answer);
        messages = List.copyOf(all);
    }

    /** Whether there is a question to answer again or to take back. */
    public boolean hasQuestion() {
        return lastQuestion() >= 0;
    }

    /** Removes the last question and what followed it, and returns the question. */
    String undo() {
        int last = lastQuestion();
        String question = String.valueOf(messages.get(last).content());
        messages = messages.subList(0, last);
        return question;
    }

    private List<ChatMessage> upToLastQuestion() {
        return messages.subList(0, lastQuestion() + 1);
    }

    private int lastQuestion() {
        int last = messages.size() - 1;
        while (last >= 0 && !messages.get(last).role().equals(ChatMessage.USER)) {
            last--;
        }
        return last;
    }
}
