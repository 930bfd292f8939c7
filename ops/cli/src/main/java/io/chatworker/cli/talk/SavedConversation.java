package io.chatworker.cli.talk;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.Contract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** A conversation and its settings as a file of JSON; {@code messages} are as a request has them. */
public record SavedConversation(
        @JsonProperty("conversation_id") @Nullable String conversationId,
        @JsonProperty("model") @Nullable String model,
        @JsonProperty("agent") @Nullable String agent,
        @JsonProperty("system") @Nullable String system,
        @JsonProperty("think") @Nullable String think,
        @JsonProperty("options") @Nullable Map<String, Object> options,
        @JsonProperty("messages") @Nullable List<ChatMessage> messages) {

    private static final long MAX_BYTES = 64L << 20;

    public static SavedConversation of(Conversation conversation, ChatSettings settings) {
        return new SavedConversation(
                conversation.id(),
                settings.model,
                settings.agent,
                settings.system,
                settings.think,
                settings.options,
                conversation.messages());
    }

    /**
     * Reads such a file.
     *
     * @throws IOException with a sentence that says what is wrong with the file
     */
    public static SavedConversation read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("There is no file " + file + ".");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is too large to be a conversation.");
        }
        try {
            SavedConversation saved = Json.read(Files.readAllBytes(file), SavedConversation.class);
            if (saved != null && saved.messages != null) {
                return saved;
            }
        } catch (JacksonException e) {
            // As for JSON that is something else.
        }
        throw new IOException(file + " holds no conversation that was saved with /save.");
    }

    /** Replaces the file whole, and lets nobody else read it. */
    public void write(Path file) throws IOException {
        PrivateFile.write(file, Json.indented(this).getBytes(StandardCharsets.UTF_8));
    }

    /** Goes on with what was saved. */
    public void restore(Conversation conversation, ChatSettings settings) {
        String id = conversationId;
        if (id == null || !Contract.isId(id)) {
            id = conversation.id();
        }
        conversation.startAnew(id, messages == null ? List.of() : messages);
        settings.model = model;
        settings.agent = agent;
        settings.system = system;
        settings.think = think;
        settings.options.clear();
        if (options != null) {
            settings.options.putAll(options);
        }
    }
}
