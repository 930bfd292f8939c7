package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.client.ReceivedEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ReceivedEventTest {

    static java.util.List<Path> sequences() {
        return ContractFiles.jsonFiles(ContractFiles.SEQUENCES);
    }

    private static ReceivedEvent received(String type, String body) {
        return new ReceivedEvent(type, "c.r.x", body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void everyGoldenEventIsRead(Path file) {
        for (JsonNode event : ContractFiles.read(file).get("events")) {
            String type = "chat." + event.get("event").asString();

            assertThat(received(type, event.get("body").toString()).decode()).contains(ContractFiles.event(event));
        }
    }

    @Test
    void anUnknownTypeIsNoEventAndABodyOfAnotherFormAnError() {
        assertThat(received("chat.thought", "{}").decode()).isEmpty();
        assertThat(received("null", "").decode()).isEmpty();
        for (String body : new String[] {"", "x", "null", "[]", "{}", "{\"request_id\":\"r\",\"run\":\"x\"}"}) {
            assertThatThrownBy(() -> received("chat.completed", body).decode())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not a chat.completed");
        }
    }
}
