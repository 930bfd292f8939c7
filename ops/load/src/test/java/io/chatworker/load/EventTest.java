package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventTest {

    @Test
    void aChunkIsReadWhateverTheOrderOfItsKeys() {
        assertThat(event("""
                        {"sequence":7,"content":"abc","run":"x","logprobs":[{"content":"no"}],"attempt":1,
                        "conversation_id":"load0","request_id":"r1"}""")).isEqualTo(new Event("r1", 1, 7, "abc", 0));
    }

    @Test
    void anEndTellsItsMessageAndNotItsHistory() {
        assertThat(event("""
                        {"contract_version":1,"request_id":"r1","attempt":1,"message":{"role":"assistant","content":"abc"},
                        "chunks":3,"history":[{"role":"assistant","content":"xyz"}]}""")).isEqualTo(new Event("r1", 1, 0, "abc", 3));
    }

    @Test
    void aToolCallTellsItsStamp() {
        assertThat(event("""
                        {"request_id":"r1","attempt":1,"sequence":0,"tool_calls":[{"id":"call_1","function":{"name":"write",
                        "arguments":{"stamp":"abc","text":"xxx"}}}]}""")).isEqualTo(new Event("r1", 1, 0, "abc", 0));
    }

    private static Event event(String json) {
        return Event.of(json.getBytes(StandardCharsets.UTF_8));
    }
}
