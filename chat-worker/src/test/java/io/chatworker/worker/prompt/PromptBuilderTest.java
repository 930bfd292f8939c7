package io.chatworker.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.ContextWindowReason;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Problem;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.settings.Env;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptBuilderTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void agents() throws IOException {
        Files.writeString(folder.resolve("general.md"), "General.");
        Files.writeString(folder.resolve("pirate.md"), "Pirate.");
        Files.writeString(folder.resolve("silent.md"), "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"message":"hi"}                                                         | system:General. user:hi
            {"message":"hi","agent":"pirate"}                                        | system:Pirate. user:hi
            {"message":"hi","agent":"silent"}                                        | user:hi
            {"message":"hi","system":"Own."}                                         | system:Own. user:hi
            {"message":"hi","system":"Own.","agent":"pirate"}                        | system:Own. user:hi
            {"message":"hi","system":""}                                             | user:hi
            {"message":"hi","messages":[{"role":"system","content":"Lead."}]}        | system:Lead. user:hi
            {"message":"hi","agent":"pirate","messages":[{"role":"system","content":"Lead."}]} | system:Lead. user:hi
            {"message":"hi","system":"Own.","messages":[{"role":"system","content":"Lead."}]}  | system:Own. user:hi
            {"message":"hi","system":"","messages":[{"role":"system","content":"Lead."}]}      | user:hi
            {"message":"hi","messages":[{"role":"user","content":"a"},{"role":"system","content":"Late."}]} | system:General. user:a system:Late. user:hi
            {"message":"hi","messages":[{"role":"system","content":"Sum.","summary":true}]}    | system:General. system:Sum. user:hi
            {"message":"hi","system":"Own.","messages":[{"role":"system","content":"Sum.","summary":true}]} | system:Own. system:Sum. user:hi
            {"message":"hi","system":"","messages":[{"role":"system","content":"Sum.","summary":true}]} | system:Sum. user:hi
            {"message":"hi","messages":[{"role":"system","content":"Lead."},{"role":"system","content":"Sum.","summary":true}]} | system:Lead. system:Sum. user:hi
            {"message":"hi","system":"Own.","messages":[{"role":"system","content":"Lead."},{"role":"system","content":"Sum.","summary":true}]} | system:Own. system:Sum. user:hi
            {"message":"hi","messages":[{"role":"system","content":"Lead.","summary":"no"}]}   | system:Lead. user:hi
            {"message":"hi","system":"Own.","messages":[{"role":"user","content":"a"},{"role":"system","content":"Late."}]} | system:Own. user:a system:Late. user:hi
            """)
    void theSystemPromptIsTheRequestsElseALeadingTurnElseTheAgents(String request, String messages) throws Rejection {
        assertThat(said(build(request, Map.of()).messages())).isEqualTo(messages);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                                                     | /message
            {"messages":[]}                                                                        | /message
            {"messages":[{"role":"user","content":""}]}                                            | /message
            {"messages":[{"role":"system","content":"s"}]}                                         | /messages
            {"messages":[{"role":"system","content":"s"}],"system":"Own."}                         | /message
            {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}        | /messages
            {"messages":[{"role":"assistant","content":"b"},{"role":"user","content":""}]}         | /messages
            {"regenerate":true}                                                                    | /messages
            {"regenerate":true,"messages":[{"role":"assistant","content":"b"}]}                    | /messages
            {"regenerate":true,"messages":[{"role":"system","content":"s"},{"role":"assistant","content":"b"}]} | /messages
            """)
    void nothingToAnswerIsAnInvalidRequest(String request, String path) {
        Rejection rejection = rejection(request, Map.of());

        assertThat(rejection.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(rejection.details().get("problems"))
                .asInstanceOf(InstanceOfAssertFactories.list(Problem.class))
                .extracting(Problem::path)
                .containsExactly(path);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"messages":[{"role":"user","content":"a"}]}                                           | user:a
            {"messages":[{"role":"user","images":["aGk="]}]}                                       | user:null
            {"messages":[{"role":"assistant","tool_calls":[{}]},{"role":"tool","content":"22"}]}   | assistant:null tool:22
            {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":""}]}         | user:a
            {"message":"b","messages":[{"role":"user","content":"a"}]}                             | user:a user:b
            {"regenerate":true,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]} | user:a
            {"regenerate":true,"messages":[{"role":"user","content":"a"}]}                         | user:a
            {"message":"c","history_limit":1,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]} | user:c
            {"message":"c","history_limit":0,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]} | user:a assistant:b user:c
            """)
    void theTurnsEndWithTheOneToAnswer(String request, String turns) throws Rejection {
        assertThat(said(build(request, Map.of("CHAT_HISTORY_MAX_MESSAGES", "9")).turns()))
                .isEqualTo(turns);
    }

    @Test
    void theWorkersCutHoldsWhereTheRequestSaysNothing() throws Rejection {
        String request = "{\"message\":\"c\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
                + "{\"role\":\"assistant\",\"content\":\"b\"}]}";

        assertThat(said(build(request, Map.of("CHAT_HISTORY_MAX_MESSAGES", "2")).turns()))
                .isEqualTo("user:c");
        assertThat(said(build(request, Map.of()).turns())).isEqualTo("user:a assistant:b user:c");
    }

    @Test
    void theWorkersWordHoldsWhereTheRequestSaysNothing() throws Rejection {
        Prompt prompt = build("{\"message\":\"hi\"}", Map.of("OLLAMA_MODEL", "tiny", "CHAT_THINK", "low"));

        assertThat(prompt.model()).isEqualTo("tiny");
        assertThat(prompt.agent()).isEqualTo("general");
        assertThat(prompt.extras().think()).isEqualTo("low");
        assertThat(prompt.extras().tools()).isNull();
        assertThat(prompt.extras().format()).isNull();
        assertThat(prompt.extras().keepAlive()).isNull();
        assertThat(prompt.extras().logprobs()).isNull();
        assertThat(prompt.extras().topLogprobs()).isNull();
        assertThat(prompt.window().size()).isEqualTo(4096);
        assertThat(prompt.window().reason()).isEqualTo(ContextWindowReason.DEFAULT);
    }

    @Test
    void theRequestsWordHoldsOverTheWorkers() throws Rejection {
        Prompt prompt = build("""
                {"message":"hi","model":"Own:1","think":"high","tools":[{"type":"function"}],"format":"json",
                 "keep_alive":"5m","logprobs":false,"top_logprobs":99,"options":{"num_ctx":8}}""", Map.of("CHAT_THINK", "low"));

        assertThat(prompt.model()).isEqualTo("Own:1");
        assertThat(prompt.extras().think()).isEqualTo("high");
        assertThat(prompt.extras().tools()).containsExactly(Map.of("type", "function"));
        assertThat(prompt.extras().format()).isEqualTo("json");
        assertThat(prompt.extras().keepAlive()).isEqualTo("5m");
        assertThat(prompt.extras().logprobs()).isFalse();
        assertThat(prompt.extras().topLogprobs()).isEqualTo(99);
        assertThat(prompt.window().size()).isEqualTo(8);
        assertThat(prompt.window().reason()).isEqualTo(ContextWindowReason.REQUEST);
    }

    @Test
    void aModelThatIsNotAllowedIsRefused() {
        Rejection rejection =
                rejection("{\"message\":\"hi\",\"model\":\"other\"}", Map.of("CHAT_MODELS_ALLOWED", "tiny"));

        assertThat(rejection.code()).isEqualTo(ErrorCode.MODEL_NOT_ALLOWED);
        assertThat(rejection.details()).isEqualTo(Map.of("model", "other"));
    }

    @Test
    void anAgentThatIsNotThereIsRefusedWithThoseThatAre() {
        Rejection rejection = rejection("{\"message\":\"hi\",\"agent\":\"../general\"}", Map.of());

        assertThat(rejection.code()).isEqualTo(ErrorCode.AGENT_NOT_FOUND);
        assertThat(rejection.details())
                .isEqualTo(Map.of("agent", "../general", "agents", List.of("general", "pirate", "silent")));
    }

    private Prompt build(String request, Map<String, String> variables) throws Rejection {
        PromptSettings settings = PromptSettings.from(new Env(variables));
        return new PromptBuilder(settings, new Agents(folder))
                .build(WorkerMapper.get().readValue(request, ChatRequest.class));
    }

    private Rejection rejection(String request, Map<String, String> variables) {
        return catchThrowableOfType(Rejection.class, () -> build(request, variables));
    }

    private static String said(List<ChatMessage> turns) {
        return turns.stream().map(turn -> turn.role() + ":" + turn.content()).collect(Collectors.joining(" "));
    }
}
