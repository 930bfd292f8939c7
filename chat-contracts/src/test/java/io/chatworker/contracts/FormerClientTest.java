package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * A client of the time before tools came over the broker, by the three rules of then: it steps over events it does not
 * know, and still has the right text of every sequence.
 */
class FormerClientTest {

    private static final Set<String> KNOWN = Set.of("started", "waiting", "chunk", "completed", "failed", "cancelled");
    private static final Set<String> TERMINAL = Set.of("completed", "failed", "cancelled");

    /** Knows six events and their keys of then. */
    private static final class FormerClient {
        private int attempt = -1;
        private String run = "";
        private int next;
        private boolean gap;
        private String text = "";
        private final List<JsonNode> calls = new ArrayList<>();
        private String outcome;

        void accept(String name, JsonNode body) {
            if (outcome != null || !KNOWN.contains(name)) {
                return;
            }
            int of = body.get("attempt").asInt();
            if (TERMINAL.contains(name)) {
                settle(name, body);
            } else if (of > attempt) {
                attempt = of;
                run = body.get("run").asString();
                next = 0;
                gap = false;
                text = "";
                calls.clear();
            }
            if (name.equals("chunk")
                    && of == attempt
                    && run.equals(body.get("run").asString())) {
                append(body);
            }
        }

        private void append(JsonNode chunk) {
            int sequence = chunk.get("sequence").asInt();
            if (sequence < next) {
                return;
            }
            gap |= sequence > next;
            next = sequence + 1;
            if (!gap) {
                text += chunk.path("content").asString("");
                chunk.path("tool_calls").forEach(calls::add);
            }
        }

        private void settle(String name, JsonNode terminal) {
            outcome = name;
            JsonNode said = terminal.path(name.equals("completed") ? "message" : "partial");
            boolean ofThisRun = terminal.get("attempt").asInt() == attempt
                    && terminal.get("run").asString().equals(run);
            if (said.isObject() || !ofThisRun) {
                text = said.path("content").asString("");
                calls.clear();
                said.path("tool_calls").forEach(calls::add);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void hasTheTextAndTheCallsThatAreLeftToIt(Path file) {
        JsonNode sequence = ContractFiles.read(file);
        JsonNode expected = sequence.get("expect");

        FormerClient client = new FormerClient();
        sequence.get("events").forEach(event -> client.accept(event.get("event").asString(), event.get("body")));

        assertThat(client.text).isEqualTo(expected.get("text").asString());
        assertThat(client.outcome).isEqualTo(expected.path("outcome").asString(null));
        assertThat(client.calls)
                .containsExactlyElementsOf(expected.path("tool_calls").values());
    }

    static List<Path> sequences() {
        return ContractFiles.jsonFiles(ContractFiles.SEQUENCES);
    }
}
