package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.cli.view.Json;
import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.Contract;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RequestOptionsTest {

    @Test
    void aPlainQuestionLeavesEveryDefaultToTheWorker() {
        ChatRequest request = parse().request("c1", "why", null);

        assertThat(Json.tree(Json.bytes(request)).propertyNames())
                .containsExactlyInAnyOrder("request_id", "conversation_id", "sent_at", "message");
        assertThat(Contract.isId(String.valueOf(request.requestId()))).isTrue();
    }

    @Test
    void everyOptionHasItsKey() {
        ChatRequest request = parse("--model", "m", "--system", "s", "--agent", "a", "--think=high", "--no-stream")
                .request("c1", "why", List.of(ChatMessage.user("before")));

        assertThat(Json.line(request))
                .contains("\"model\":\"m\"", "\"system\":\"s\"", "\"agent\":\"a\"", "\"think\":\"high\"")
                .contains("\"stream\":false", "\"content\":\"before\"");
    }

    @Test
    void optionsKeepTheTypeThatTheyHaveAsJsonAndAreTextOtherwise() {
        ChatRequest request = parse(
                        "--option",
                        "temperature=0.2",
                        "--option",
                        "seed=7",
                        "--option",
                        "stop=[\"a\"]",
                        "--option",
                        "x=abc")
                .request("c1", "why", null);

        assertThat(Json.line(request.options()))
                .isEqualTo("{\"temperature\":0.2,\"seed\":7,\"stop\":[\"a\"],\"x\":\"abc\"}");
    }

    @Test
    void thinkIsABooleanOrALevel() {
        assertThat(parse("--think=true").request("c1", "q", null).think()).isEqualTo(true);
        assertThat(parse("--think=false").request("c1", "q", null).think()).isEqualTo(false);
        assertThat(parse("--think=low").request("c1", "q", null).think()).isEqualTo("low");
    }

    private static RequestOptions parse(String... arguments) {
        RequestOptions options = new RequestOptions();
        CommandLine commandLine = new CommandLine(CommandLine.Model.CommandSpec.create()
                .addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options)));
        commandLine.parseArgs(arguments);
        return options;
    }
}
