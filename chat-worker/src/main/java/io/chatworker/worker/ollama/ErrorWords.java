package io.chatworker.worker.ollama;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the words of an error mean, wherever in it they stand: Ollama wraps the runner's JSON, and the cloud that of its
 * own providers, as text in its own, so they are searched in the whole body without its escapes. The words are those of
 * Ollama 0.4 to 0.33, of its cloud, of llama-server and of the servers that the cloud and gateways pass on (vLLM and
 * others).
 */
final class ErrorWords {

    private static final String CONTEXT_LENGTH = "context[ _](?:length|size|window|limit)";

    private static final Pattern CONTEXT = Pattern.compile(String.join(
            "|",
            "exceed.{0,60}" + CONTEXT_LENGTH,
            CONTEXT_LENGTH + "[ _](?:is )?exceeded",
            CONTEXT_LENGTH + " is (?:only )?\\d",
            "(?:longer|larger|greater) than .{0,40}" + CONTEXT_LENGTH,
            "maximum context length",
            "context (?:window )?(?:is )?full",
            "exceed_context_size_error",
            "(?:prompt|input|conversation) (?:is )?too (?:long|large)",
            "(?:prompt|input) tokens?(?: count)?.{0,40}exceed",
            "(?:prompt|input) length.{0,40}exceed",
            "exceeds? the maximum number of (?:input |prompt )?tokens",
            "exceed(?:s|ed)? (?:the )?(?:model )?token limit",
            "token limit exceeded",
            "maximum prompt length",
            "too many tokens",
            "range of input length should be",
            "reduce the length of the (?:messages|prompt|input)"));

    private static final String PROMPT = "(?<prompt>\\d[\\d,]{0,10})";
    private static final String LENGTH = "(?<length>\\d[\\d,]{0,10})";
    private static final List<Pattern> NUMBERS = List.of(
            Pattern.compile("n_prompt_tokens\" ?: ?" + PROMPT + ".{0,40}n_ctx\" ?: ?" + LENGTH),
            Pattern.compile("\\(" + PROMPT + " tokens\\).{1,60}?\\(" + LENGTH + " tokens\\)"),
            Pattern.compile(PROMPT + " tokens (?:>|u003e) " + LENGTH + " maximum"),
            Pattern.compile(
                    "token count \\(?" + PROMPT + "\\)? exceeds the maximum number of tokens allowed \\(?" + LENGTH),
            Pattern.compile("tokens \\(" + PROMPT + "\\) exceed context window of " + LENGTH),
            Pattern.compile("maximum context length (?:is|of) " + LENGTH
                    + " tokens.{1,40}?(?:requested|resulted in|has|contains)(?: about| at least)? " + PROMPT),
            Pattern.compile("maximum prompt length is " + LENGTH + " but the request contains " + PROMPT),
            Pattern.compile("(?:has|contains) " + PROMPT
                    + " tokens, (?:but the configured context size is|too large for model with) " + LENGTH));

    private static final Pattern SUPPORT = Pattern.compile("does not support (thinking|tools|vision)");
    private static final Pattern NO_IMAGES = Pattern.compile("does not support multimodal"
            + "|image input is not supported"
            + "|does not support image input"
            + "|missing data required for image input");
    private static final Pattern LASTING =
            Pattern.compile("must be of type|invalid format|template|jinja|a single image|one image");
    private static final Pattern RUNNER_DIED =
            Pattern.compile("has terminated|no longer running|unexpectedly stopped|out[- ]of[- ]memory");

    /** What the model wrote, which says nothing about the error. */
    private static final Pattern QUOTED = Pattern.compile("raw='.*?(?:', err=|$)", Pattern.DOTALL);

    private final String words;

    ErrorWords(String body) {
        String plain = body.replace("\\n", " ").replace("\\", "").replaceAll("\\s+", " ");
        this.words = QUOTED.matcher(plain.toLowerCase(Locale.ROOT)).replaceAll("");
    }

    /** Whether the prompt was too long for the model's context. */
    boolean tellContextExceeded() {
        return CONTEXT.matcher(words).find();
    }

    /** {@code prompt_tokens} and {@code context_length}, where both are told. */
    Map<String, Object> contextNumbers() {
        Map<String, Object> numbers = new LinkedHashMap<>();
        for (Pattern pattern : NUMBERS) {
            Matcher matcher = pattern.matcher(words);
            if (matcher.find()) {
                put("prompt_tokens", matcher.group("prompt"), numbers);
                put("context_length", matcher.group("length"), numbers);
                return numbers;
            }
        }
        return numbers;
    }

    /** The capability that the model lacks, where that is what they say. */
    @Nullable
    String unsupported() {
        if (NO_IMAGES.matcher(words).find()) {
            return "vision";
        }
        Matcher support = SUPPORT.matcher(words);
        return support.find() ? support.group(1) : null;
    }

    /** Whether the same request will fail in the same way, although the status says that Ollama failed. */
    boolean tellLastingFault() {
        // What a runner wrote before it died is quoted at length, and may hold any word.
        return LASTING.matcher(words).find() && !RUNNER_DIED.matcher(words).find();
    }

    private static void put(String key, String digits, Map<String, Object> numbers) {
        long number = Long.parseLong(digits.replace(",", ""));
        if (number > 0 && number <= Integer.MAX_VALUE) {
            numbers.put(key, (int) number);
        }
    }
}
