package io.chatworker.contracts;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link ChatRequest} by its keys; what is not set is absent. Checks nothing: the worker does, and says by
 * {@code invalid_request} what is wrong. For one thread.
 */
public final class ChatRequestBuilder {

    private @Nullable String requestId;
    private @Nullable String conversationId;
    private @Nullable Instant sentAt;
    private @Nullable String message;
    private @Nullable List<ChatMessage> messages;
    private @Nullable Boolean regenerate;
    private @Nullable String agent;
    private @Nullable String system;
    private @Nullable String model;
    private @Nullable Boolean stream;
    private @Nullable GenerationOptions options;
    private @Nullable Object think;
    private @Nullable Overflow overflow;
    private @Nullable Integer toolRounds;
    private @Nullable List<Map<String, Object>> tools;
    private @Nullable Object format;
    private @Nullable Object keepAlive;
    private @Nullable Boolean logprobs;
    private @Nullable Integer topLogprobs;
    private @Nullable Instant deadline;
    private @Nullable WhenUnavailable whenUnavailable;
    private @Nullable Integer historyLimit;
    private @Nullable Boolean returnHistory;
    private @Nullable Map<String, @Nullable Object> metadata;

    ChatRequestBuilder() {}

    ChatRequestBuilder(ChatRequest from) {
        requestId = from.requestId();
        conversationId = from.conversationId();
        sentAt = from.sentAt();
        message = from.message();
        messages = from.messages();
        regenerate = from.regenerate();
        agent = from.agent();
        system = from.system();
        model = from.model();
        stream = from.stream();
        options = from.options();
        think = from.think();
        overflow = from.overflow();
        toolRounds = from.toolRounds();
        tools = from.tools();
        format = from.format();
        keepAlive = from.keepAlive();
        logprobs = from.logprobs();
        topLogprobs = from.topLogprobs();
        deadline = from.deadline();
        whenUnavailable = from.whenUnavailable();
        historyLimit = from.historyLimit();
        returnHistory = from.returnHistory();
        metadata = from.metadata();
    }

    /** Names this one request; a retry takes a new id. */
    public ChatRequestBuilder requestId(@Nullable String id) {
        requestId = id;
        return this;
    }

    public ChatRequestBuilder conversationId(@Nullable String id) {
        conversationId = id;
        return this;
    }

    public ChatRequestBuilder sentAt(@Nullable Instant at) {
        sentAt = at;
        return this;
    }

    /** The new message of the user, laid on the messages. */
    public ChatRequestBuilder message(@Nullable String text) {
        message = text;
        return this;
    }

    /** The history, oldest first: the {@code history} of the terminal event before. */
    public ChatRequestBuilder messages(@Nullable List<ChatMessage> turns) {
        messages = turns;
        return this;
    }

    /** True: the last turn of the user is answered again. */
    public ChatRequestBuilder regenerate(@Nullable Boolean again) {
        regenerate = again;
        return this;
    }

    public ChatRequestBuilder agent(@Nullable String name) {
        agent = name;
        return this;
    }

    /** Replaces the agent's prompt. */
    public ChatRequestBuilder system(@Nullable String prompt) {
        system = prompt;
        return this;
    }

    public ChatRequestBuilder model(@Nullable String name) {
        model = name;
        return this;
    }

    /** False: only the terminal event. */
    public ChatRequestBuilder stream(@Nullable Boolean pieces) {
        stream = pieces;
        return this;
    }

    public ChatRequestBuilder options(@Nullable GenerationOptions all) {
        options = all;
        return this;
    }

    /** One more of Ollama's options, such as {@code temperature}, or another value for it. */
    public ChatRequestBuilder option(String name, Object value) {
        options = (options == null ? GenerationOptions.NONE : options).with(name, value);
        return this;
    }

    /** True, false, or a level that the model knows. */
    public ChatRequestBuilder think(@Nullable Object how) {
        think = how;
        return this;
    }

    public ChatRequestBuilder overflow(@Nullable Overflow how) {
        overflow = how;
        return this;
    }

    /** How often the worker may have the model's tool calls carried out and ask again. */
    public ChatRequestBuilder toolRounds(@Nullable Integer rounds) {
        toolRounds = rounds;
        return this;
    }

    /** The functions the model may call, as Ollama takes them. */
    public ChatRequestBuilder tools(@Nullable List<Map<String, Object>> functions) {
        tools = functions;
        return this;
    }

    /** {@code "json"} or a JSON schema object. */
    public ChatRequestBuilder format(@Nullable Object jsonOrSchema) {
        format = jsonOrSchema;
        return this;
    }

    /** Seconds, or a Go duration such as {@code "5m"}. */
    public ChatRequestBuilder keepAlive(@Nullable Object howLong) {
        keepAlive = howLong;
        return this;
    }

    public ChatRequestBuilder logprobs(@Nullable Boolean wanted) {
        logprobs = wanted;
        return this;
    }

    public ChatRequestBuilder topLogprobs(@Nullable Integer count) {
        topLogprobs = count;
        return this;
    }

    /** Past it the request is not started, or stopped. */
    public ChatRequestBuilder deadline(@Nullable Instant at) {
        deadline = at;
        return this;
    }

    public ChatRequestBuilder whenUnavailable(@Nullable WhenUnavailable how) {
        whenUnavailable = how;
        return this;
    }

    public ChatRequestBuilder historyLimit(@Nullable Integer turns) {
        historyLimit = turns;
        return this;
    }

    public ChatRequestBuilder returnHistory(@Nullable Boolean wanted) {
        returnHistory = wanted;
        return this;
    }

    /** Comes back in the terminal event; at most 4 KiB as JSON. */
    public ChatRequestBuilder metadata(@Nullable Map<String, @Nullable Object> all) {
        metadata = all;
        return this;
    }

    /** One more key of the metadata, or another value for it. */
    public ChatRequestBuilder metadata(String key, @Nullable Object value) {
        Map<String, @Nullable Object> more = metadata == null ? new LinkedHashMap<>() : new LinkedHashMap<>(metadata);
        more.put(key, value);
        metadata = more;
        return this;
    }

    public ChatRequest build() {
        return new ChatRequest(
                requestId,
                conversationId,
                sentAt,
                message,
                messages,
                regenerate,
                agent,
                system,
                model,
                stream,
                options,
                think,
                overflow,
                toolRounds,
                tools,
                format,
                keepAlive,
                logprobs,
                topLogprobs,
                deadline,
                whenUnavailable,
                historyLimit,
                returnHistory,
                metadata);
    }
}
