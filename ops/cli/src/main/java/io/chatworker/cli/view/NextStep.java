package io.chatworker.cli.view;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Failed;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a person can do about a failure. */
final class NextStep {

    private static final Pattern PULL = Pattern.compile("ollama pull \\S+?(?=[.,;)'\"`]*(\\s|$))");

    private static final Pattern OPTION = Pattern.compile("/options/(\\w+):");

    private NextStep() {}

    /** @param prompting whether the person is at the prompt, where an option is a slash command */
    static String after(Failed failed, boolean prompting) {
        String option = option(failed);
        if (!option.isEmpty()) {
            return "next: " + (prompting ? "drop it with /option " + option + "=" : "leave out --option " + option);
        }
        String step = step(failed);
        return "next: " + (prompting ? step.replaceAll("--(model|agent|option)", "/$1") : step);
    }

    private static String step(Failed failed) {
        ErrorCode code = failed.error().code();
        return switch (code) {
            case MODEL_NOT_FOUND -> pull(failed);
            case MODEL_NOT_ALLOWED -> "name a model that the worker's CHAT_MODELS_ALLOWED allows (--model)";
            case AGENT_NOT_FOUND -> "name another agent (--agent)";
            case INVALID_REQUEST, REPLY_TO_NOT_ALLOWED -> "correct the request";
            case MESSAGE_TOO_LONG, REQUEST_TOO_LARGE ->
                "shorten the question, or raise CHAT_MAX_MESSAGE_CHARS or" + " CHAT_MAX_REQUEST_BYTES on the worker";
            case ANSWER_TOO_LARGE -> "ask for less, or raise CHAT_MAX_EVENT_BYTES on the worker";
            case UNSUPPORTED_BY_MODEL -> "leave out what the model cannot do, or name another with --model";
            case CONTEXT_LENGTH_EXCEEDED -> "shorten the conversation, or raise the limit with --option num_ctx=8192";
            case OLLAMA_REJECTED -> "correct what Ollama says about the request";
            case DURATION_EXCEEDED -> "ask for less (--option num_predict=…), or raise CHAT_MAX_DURATION on the worker";
            case CRASH_LOOP -> "read the worker's log: workers died on this request several times";
            case INTERNAL_ERROR -> "read the worker's log and report the bug";
            case OLLAMA_UNAVAILABLE -> "start Ollama or correct OLLAMA_HOST, then ask again";
            case OLLAMA_BUSY -> "ask again later, or send fewer requests at once";
            case OLLAMA_ERROR, STREAM_ERROR, STREAM_TRUNCATED, STREAM_STALLED ->
                "ask again; if it keeps failing, read Ollama's log";
        };
    }

    /** The option that the first problem of a request is about; empty where it is about something else. */
    private static String option(Failed failed) {
        Matcher option = OPTION.matcher(failed.error().message());
        return failed.error().code() == ErrorCode.INVALID_REQUEST && option.lookingAt() ? option.group(1) : "";
    }

    private static String pull(Failed failed) {
        Matcher pull = PULL.matcher(failed.error().message());
        if (pull.find()) {
            return pull.group();
        }
        Object model = failed.error().details() == null
                ? null
                : failed.error().details().get("model");
        return "ollama pull " + (model == null ? "<model>" : model);
    }
}
