package io.chatworker.worker.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of errors as Ollama, its cloud, its runners, and what gateways put in their place, have been seen to say. */
class ErrorWordsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            prompt too long; exceeded max context length by 540451 tokens (ref: 00ad71bb)              | -      | -
            prompt too long; exceeded context length                                                   | -      | -
            prompt is too long: 202609 tokens > 200000 maximum                                         | 202609 | 200000
            prompt is too long: 202609 tokens \\u003e 200000 maximum                                   | 202609 | 200000
            Input is too long for requested model.                                                     | -      | -
            This model's maximum context length is 8191 tokens, however you requested 10346 tokens     | 10346  | 8191
            This model's maximum context length is 128,000 tokens. However, your messages resulted in 130,000 tokens. | 130000 | 128000
            maximum context length is 4096 tokens. However, your prompt contains at least 5000 input tokens | 5000 | 4096
            Input token count (314175) exceeds the maximum number of tokens allowed (131072).          | 314175 | 131072
            The input token count exceeds the maximum number of tokens allowed.                        | -      | -
            Your input exceeds the context window of this model                                        | -      | -
            Requested tokens (5000) exceed context window of 4096                                      | 5000   | 4096
            The input (516368 tokens) is longer than the model's context length (262144 tokens).       | 516368 | 262144
            Prompt has 140,000 tokens, but the configured context size is 131,072 tokens               | 140000 | 131072
            Prompt contains 140000 tokens, too large for model with 131072 maximum context length      | 140000 | 131072
            request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it  | 4390   | 4096
            input length (5000 tokens) exceeds the model's maximum context length (4096 tokens)        | 5000   | 4096
            the prompt is longer than the context length currently available to the model              | -      | -
            The number of tokens to keep from the initial prompt is greater than the context length    | -      | -
            the input length exceeds the context length                                                | -      | -
            Prompt exceeds maximum context length                                                      | -      | -
            context window exceeds limit, context length exceeded                                      | -      | -
            the context length is only 4096 tokens                                                     | -      | -
            model_context_window_exceeded                                                              | -      | -
            context_length_exceeded                                                                    | -      | -
            exceeded model token limit: 262144                                                         | -      | -
            Range of input length should be [1, 98304]                                                 | -      | -
            This model's maximum prompt length is 131072 but the request contains 537812 tokens.       | 537812 | 131072
            Please reduce the length of the messages or completion.                                    | -      | -
            llama_tokenize: too many tokens                                                            | -      | -
            """)
    void aPromptThatIsTooLongIsKnownByAnybodysWords(String text, Integer prompt, Integer length) {
        String quoted = text.replace("\"", "\\\"");
        for (String body : new String[] {
            text,
            text.toUpperCase(java.util.Locale.ROOT).replace("\\U003E", "\\u003e"),
            "{\"error\":\"" + quoted + "\"}",
            "{\"error\":{\"message\":\"" + quoted + "\",\"code\":400}}",
            "{\"error\":\"{\\\"error\\\":{\\\"message\\\":\\\"" + quoted + "\\\"}}\\nstderr\"}",
            "{\"error\":\"400 Bad Request: {\\\"detail\\\":\\\"" + quoted + "\\\"}\"}",
            "x".repeat(2000) + text
        }) {
            ErrorWords words = new ErrorWords(body);
            assertThat(words.tellContextExceeded()).as(body).isTrue();
            assertThat(words.contextNumbers())
                    .as(body)
                    .isEqualTo(prompt == null ? Map.of() : Map.of("prompt_tokens", prompt, "context_length", length));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model 'm' not found",
                "max_tokens (32000) exceeds model's maximum output tokens (16384)",
                "top_logprobs must be between 0 and 20",
                "model requires more system memory (9.0 GiB) than is available (4.1 GiB)",
                "server busy, please try again.  maximum pending requests exceeded",
                "error parsing tool call: raw='the prompt is too long', err=EOF",
                "error parsing tool call: raw='the maximum context length is",
                "llama-server response stream event exceeded 8 MB limit",
                "option \"num_ctx\" must be of type integer",
                "http: request body too large",
                "413 Request Entity Too Large",
                "the message is too long for this queue",
                ""
            })
    void otherWordsAreNoContext(String text) {
        assertThat(new ErrorWords("{\"error\":\"" + text.replace("\"", "\\\"") + "\"}").tellContextExceeded())
                .isFalse();
    }

    @Test
    void theRunnersNumbersAreFoundHoweverDeepTheyStand() {
        String runners = "\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":3011,\"n_ctx\":512}";
        Map<String, Object> numbers = Map.of("prompt_tokens", 3011, "context_length", 512);

        assertThat(new ErrorWords("{" + runners).contextNumbers()).isEqualTo(numbers);
        assertThat(new ErrorWords(("{" + runners).replace("\"", "\\\"")).contextNumbers())
                .isEqualTo(numbers);
        assertThat(new ErrorWords(("{" + runners).replace("\"", "\\\\\\\"")).contextNumbers())
                .isEqualTo(numbers);
    }

    @Test
    void numbersThatNoModelHasAreLeftOut() {
        assertThat(new ErrorWords("prompt is too long: 99999999999 tokens > 4096 maximum").contextNumbers())
                .isEqualTo(Map.of("context_length", 4096));
    }
}
