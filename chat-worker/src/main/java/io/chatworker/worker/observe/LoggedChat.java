package io.chatworker.worker.observe;

import io.chatworker.worker.ollama.AnswerLine;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.run.CallEnd;
import io.chatworker.worker.run.CallStart;
import io.chatworker.worker.run.Chat;
import io.chatworker.worker.run.ChatListener;
import io.chatworker.worker.run.Outcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line about a chat, when it is over: who, what, how it ended and how long it took, in the text and as fields of
 * their own for structured logs. Of the request it names what the worker has checked, and never a message's text.
 */
public final class LoggedChat implements ChatListener {

    private static final Logger log = LoggerFactory.getLogger(LoggedChat.class);

    private @Nullable Chat chat;
    private TraceContext trace = TraceContext.NONE;
    private @Nullable CallStart first;
    private @Nullable CallStart last;
    private int inputTokens;
    private int outputTokens;
    private @Nullable Duration firstToken;

    @Override
    public TraceContext read(Chat chat, TraceContext trace) {
        this.chat = chat;
        this.trace = trace;
        return trace;
    }

    @Override
    public TraceContext calling(CallStart call, TraceContext trace) {
        first = first == null ? call : first;
        last = call;
        return trace;
    }

    @Override
    public void firstToken(Duration sinceStart) {
        firstToken = sinceStart;
    }

    @Override
    public void called(CallEnd end) {
        AnswerLine.Done done = end.done();
        if (done != null) {
            inputTokens += done.promptEvalCount();
            outputTokens += done.evalCount();
        }
    }

    @Override
    public void ended(Outcome outcome, Duration sinceDelivery) {
        if (chat == null) {
            // It could not even be read, which is logged as the worker's own fault.
            return;
        }
        Map<String, Object> fields = fields(chat, outcome, sinceDelivery);
        LoggingEventBuilder line = log.atLevel(level(outcome));
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log("request {} {}: {}", chat.address().requestId(), words(outcome), text(fields));
    }

    private Map<String, Object> fields(Chat chat, Outcome outcome, Duration sinceDelivery) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("request_id", chat.address().requestId());
        fields.put("conversation_id", chat.address().conversationId());
        fields.put("outcome", Outcomes.label(outcome));
        fields.put("code", code(outcome));
        if (first != null && last != null) {
            fields.put("model", last.model());
            fields.put("agent", last.agent());
            fields.put("attempt", last.attempt());
            fields.put("queued_ms", first.queuedMs());
        } else if (chat.earlierDeliveries() > 0) {
            fields.put("earlier_deliveries", chat.earlierDeliveries());
        }
        if (inputTokens + outputTokens > 0) {
            fields.put("input_tokens", inputTokens);
            fields.put("output_tokens", outputTokens);
        }
        fields.put("first_token_ms", firstToken == null ? null : firstToken.toMillis());
        fields.put("total_ms", sinceDelivery.toMillis());
        fields.put("trace_id", trace.traceId());
        Map<String, Object> known = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (value != null) {
                known.put(name, value);
            }
        });
        return known;
    }

    /** What the beginning of the line says is not said again. */
    private static String text(Map<String, Object> fields) {
        return fields.entrySet().stream()
                .filter(field -> !field.getKey().matches("request_id|outcome|code"))
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(" "));
    }

    private static Level level(Outcome outcome) {
        boolean forOperators = outcome instanceof Outcome.Failed failed
                && failed.deadLetter()
                && !failed.code().isSendersMistake();
        return forOperators ? Level.WARN : Level.INFO;
    }

    private static @Nullable String code(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed failed -> failed.code().wire();
            case Outcome.Cancelled cancelled -> cancelled.reason().wire();
            case Outcome.Completed _, Outcome.Requeued _, Outcome.Lost _ -> null;
        };
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed _ -> "completed";
            case Outcome.Failed failed -> "failed, " + failed.code().wire();
            case Outcome.Cancelled cancelled ->
                switch (cancelled.reason()) {
                    case CANCELLED -> "cancelled by a command";
                    case DEADLINE_EXCEEDED -> "cancelled at its deadline";
                    case REQUESTER_GONE -> "cancelled, its requester is gone";
                };
            case Outcome.Requeued _ -> "requeued";
            case Outcome.Lost _ -> "lost to another delivery";
        };
    }
}
