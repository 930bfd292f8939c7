package io.chatworker.worker.ollama;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.prompt.WellFormed;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/** One line of bytes into an {@link AnswerLine}, by the streaming parser; unknown keys are stepped over. */
final class LineParser {

    /** The line is not what Ollama sends; the stream goes on without it. */
    static final class Malformed extends Exception {
        private final boolean isObject;

        private Malformed(boolean isObject) {
            super(null, null, false, false);
            this.isObject = isObject;
        }

        /** Whether it is a JSON object, though not one of Ollama's. */
        boolean isObject() {
            return isObject;
        }
    }

    private final ObjectReader json;

    // One parser serves one stream, on one thread.
    private boolean isFirst = true;

    // The line being read.
    private String content = "";
    private String thinking = "";
    private @Nullable JsonNode toolCalls;
    private @Nullable JsonNode logprobs;
    private boolean isDone;
    private @Nullable String doneReason;
    private long loadDuration;
    private int promptEvalCount;
    private long promptEvalDuration;
    private int evalCount;
    private long evalDuration;

    LineParser(ObjectReader json) {
        this.json = json;
    }

    /**
     * Reads one line.
     *
     * @throws OllamaFailure {@code stream_error} where the line is Ollama's report of a failure, and
     *     {@code context_length_exceeded} where the first line says so
     */
    AnswerLine parse(byte[] line) throws Malformed, OllamaFailure {
        clear();
        try (JsonParser parser = json.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed(false);
            }
            for (String key = parser.nextName(); key != null; key = parser.nextName()) {
                parser.nextToken();
                readTop(key, parser);
            }
            if (parser.nextToken() != null) {
                throw new Malformed(false);
            }
        } catch (JacksonException | NumberFormatException e) {
            throw new Malformed(false);
        }
        isFirst = false;
        AnswerLine.Done done = isDone
                ? new AnswerLine.Done(
                        doneReason, loadDuration, promptEvalCount, promptEvalDuration, evalCount, evalDuration)
                : null;
        return new AnswerLine(content, thinking, toolCalls, logprobs, done);
    }

    private void readTop(String key, JsonParser parser) throws Malformed, OllamaFailure {
        switch (key) {
            case "message" -> readMessage(parser);
            case "done" -> isDone = parser.currentToken() == JsonToken.VALUE_TRUE;
            case "done_reason" -> doneReason = text(parser);
            case "logprobs" -> logprobs = objects(parser, json::readTree);
            case "load_duration" -> loadDuration = parser.getValueAsLong();
            case "prompt_eval_count" -> promptEvalCount = parser.getValueAsInt();
            case "prompt_eval_duration" -> promptEvalDuration = parser.getValueAsLong();
            case "eval_count" -> evalCount = parser.getValueAsInt();
            case "eval_duration" -> evalDuration = parser.getValueAsLong();
            case "error" -> readError(parser);
            default -> parser.skipChildren();
        }
    }

    private void readMessage(JsonParser parser) throws Malformed {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new Malformed(true);
        }
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            parser.nextToken();
            switch (key) {
                case "content" -> content = text(parser);
                case "thinking" -> thinking = text(parser);
                case "tool_calls" -> toolCalls = ToolCalls.withObjects(objects(parser, this::asReceived), json);
                default -> parser.skipChildren();
            }
        }
    }

    private void readError(JsonParser parser) throws OllamaFailure {
        JsonNode error = json.readTree(parser);
        if (error.isNull() || (error.isString() && error.stringValue().isEmpty())) {
            return;
        }
        ErrorBody body = ErrorBody.of("{\"error\":" + error + "}", json);
        if (isFirst && body.words().tellContextExceeded()) {
            throw OllamaFailure.forGood(
                            ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                            "Ollama: " + body.text(),
                            body.words().contextNumbers())
                    .when(OllamaFailure.Ollama.ANSWERED);
        }
        throw OllamaFailure.mayPass(ErrorCode.STREAM_ERROR, "Ollama, in mid-stream: " + body.text())
                .because("Ollama reported an error in mid-stream");
    }

    private static String text(JsonParser parser) throws Malformed {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> WellFormed.text(parser.getString());
            case VALUE_NULL -> "";
            default -> throw new Malformed(true);
        };
    }

    /** The objects of an array, or null where there are none. */
    private @Nullable JsonNode objects(JsonParser parser, Function<JsonParser, JsonNode> read) throws Malformed {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new Malformed(true);
        }
        JsonNode array = read.apply(parser);
        if (!array.valueStream().allMatch(JsonNode::isObject)) {
            throw new Malformed(true);
        }
        return array.isEmpty() ? null : WellFormed.tree(array);
    }

    private JsonNode asReceived(JsonParser parser) {
        return NumbersAsReceived.read(parser, json);
    }

    private void clear() {
        content = "";
        thinking = "";
        toolCalls = null;
        logprobs = null;
        isDone = false;
        doneReason = null;
        loadDuration = 0;
        promptEvalCount = 0;
        promptEvalDuration = 0;
        evalCount = 0;
        evalDuration = 0;
    }
}
