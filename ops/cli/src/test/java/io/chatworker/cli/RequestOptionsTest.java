package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.cli.talk.ChatSettings;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.ChatRequest;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RequestOptionsTest {

    @Test
    void aPlainQuestionLeavesEveryDefaultToTheWorker() {
        assertThat(Json.line(request())).isEqualTo("{}");
    }

    @Test
    void everyOptionHasItsKey() {
        ChatRequest request = request("--model", "m", "--system", "s", "--agent", "a", "--think=high", "--no-stream");

        assertThat(Json.line(request))
                .contains("\"model\":\"m\"", "\"system\":\"s\"", "\"agent\":\"a\"", "\"think\":\"high\"")
                .contains("\"stream\":false");
    }

    @Test
    void optionsKeepTheTypeThatTheyHaveAsJsonAndAreTextOtherwise() {
        ChatRequest request = request(
                "--option", "temperature=0.2", "--option", "seed=7", "--option", "stop=[\"a\"]", "--option", "x=abc");

        assertThat(Json.line(request.options()))
                .isEqualTo("{\"temperature\":0.2,\"seed\":7,\"stop\":[\"a\"],\"x\":\"abc\"}");
    }

    @Test
    void thinkIsABooleanOrALevel() {
        assertThat(request("--think=true").think()).isEqualTo(true);
        assertThat(request("--think=false").think()).isEqualTo(false);
        assertThat(request("--think=low").think()).isEqualTo("low");
    }

    private static ChatRequest request(String... arguments) {
        RequestOptions options = parse(arguments);
        ChatSettings settings = new ChatSettings();
        options.apply(settings);
        return options.request(settings).build();
    }

    private static RequestOptions parse(String... arguments) {
        RequestOptions options = new RequestOptions();
        CommandLine commandLine = new CommandLine(CommandLine.Model.CommandSpec.create()
                .addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options)));
        commandLine.parseArgs(arguments);
        return options;
    }
}
