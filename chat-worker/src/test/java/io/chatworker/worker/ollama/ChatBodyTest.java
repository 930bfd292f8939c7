package io.chatworker.worker.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ContextWindowReason;
import io.chatworker.contracts.Overflow;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.prompt.Prompt;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChatBodyTest {

    @Test
    void theLeastIsModelMessagesThinkAndOptionsAndNothingIsLeftToOllama() {
        assertThat(json(Prompts.hello()))
                .isEqualTo("{\"model\":\"m:1\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],"
                        + "\"stream\":true,\"truncate\":false,\"think\":false,\"options\":{\"num_ctx\":4096}}");
    }

    @Test
    void everythingIsSentInOllamasWords() {
        ChatMessage call = new ChatMessage(
                ChatMessage.ASSISTANT,
                null,
                "hm",
                null,
                List.of(Map.of("function", ordered("name", "f", "arguments", Map.of("x", 1)))),
                null,
                null,
                Map.of("rating", 5));
        ChatMessage result = new ChatMessage(ChatMessage.TOOL, "22", null, null, null, "f", "call_1", Map.of("ms", 3));
        ChatMessage image = new ChatMessage(ChatMessage.USER, "See", null, List.of("aGk="), null, null, null, null);
        Prompt prompt = new Prompt(
                "m",
                "general",
                ChatMessage.system("Be brief."),
                List.of(image, call, result),
                0,
                0,
                ordered("temperature", new BigDecimal("0.70"), "stop", List.of("\n")),
                new Prompt.Extras("high", List.of(Map.of("type", "function")), Map.of("type", "object"), -1, true, 0),
                new Prompt.Window(4096, ContextWindowReason.REQUEST),
                Overflow.ERROR);

        assertThat(json(prompt)).isEqualTo("""
                {"model":"m","messages":[\
                {"role":"system","content":"Be brief."},\
                {"role":"user","content":"See","images":["aGk="]},\
                {"role":"assistant","content":"","thinking":"hm",\
                "tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]},\
                {"role":"tool","content":"22","tool_name":"f","tool_call_id":"call_1"}],\
                "stream":true,"truncate":false,"think":"high","options":{"temperature":0.70,"stop":["\\n"]},\
                "tools":[{"type":"function"}],"format":{"type":"object"},"keep_alive":-1,\
                "logprobs":true,"top_logprobs":0}""");
    }

    private static Map<String, Object> ordered(String first, Object one, String second, Object two) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(first, one);
        map.put(second, two);
        return map;
    }

    private static String json(Prompt prompt) {
        return new String(ChatBody.of(prompt, WorkerMapper.get()), UTF_8);
    }
}
