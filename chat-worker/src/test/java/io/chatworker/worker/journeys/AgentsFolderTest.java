package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whose words stand before a conversation. */
class AgentsFolderTest {

    private static final String GENERAL =
            "You are a helpful and efficient assistant. Keep answers concise unless asked for depth.";

    @RegisterExtension
    final Installation installation = new Installation();

    @TempDir
    private Path folder;

    @Test
    void anAgentsFileIsItsPromptAndAChangedOneIsTakenUpWithoutARestart() throws IOException {
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        Files.writeString(folder.resolve("pirate.md"), "Talk like a pirate. ⚓\n");
        installation.startWorker("CHAT_AGENTS_DIR", folder.toString());

        assertThat(promptFor(Ask.message("Hi"))).isEqualTo(GENERAL);
        assertThat(promptFor(Ask.message("Hi").with("agent", "pirate"))).isEqualTo("Talk like a pirate. ⚓");

        Files.writeString(folder.resolve("pirate.md"), "Talk like a pirate of few words.");
        Files.writeString(folder.resolve("general.md"), "Be brief.");
        assertThat(promptFor(Ask.message("Hi").with("agent", "pirate"))).isEqualTo("Talk like a pirate of few words.");
        assertThat(promptFor(Ask.message("Hi"))).isEqualTo("Be brief.");
    }

    @Test
    void aRequestsSystemReplacesItAndALeadingSystemTurnGetsNoOther() throws IOException {
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        Files.writeString(folder.resolve("pirate.md"), "Talk like a pirate.");
        installation.startWorker("CHAT_AGENTS_DIR", folder.toString());
        List<Map<String, String>> led = List.of(Map.of("role", "system", "content", "Lead."));

        assertThat(promptFor(Ask.message("Hi").with("agent", "pirate").with("system", "Own.")))
                .isEqualTo("Own.");
        assertThat(promptFor(Ask.message("Hi").with("agent", "pirate").with("messages", led)))
                .isEqualTo("Lead.");
        assertThat(promptFor(Ask.message("Hi").with("system", "Own.").with("messages", led)))
                .isEqualTo("Own.");
    }

    /** The one system turn that Ollama saw; the event names the agent and its history holds no prompt of the worker's. */
    private String promptFor(Ask ask) {
        RecordedEvents events = installation.events();
        Event completed = events.awaitCompleted(installation.send(ask));
        List<String> prompts = installation
                .ollama()
                .asked()
                .getLast()
                .body()
                .path("messages")
                .valueStream()
                .filter(turn -> turn.path("role").asString().equals("system"))
                .map(turn -> turn.path("content").asString())
                .toList();
        assertThat(prompts).hasSize(1);
        assertThat(completed
                        .at("/history")
                        .valueStream()
                        .map(turn -> turn.path("content").asString()))
                .doesNotContain(GENERAL, "Own.", "Be brief.", "Talk like a pirate.");
        return prompts.getFirst();
    }

    @Test
    void anAgentThatIsNotThereIsNamedWithThoseThatAre() throws IOException {
        RecordedEvents events = installation.events();
        Files.writeString(folder.resolve("pirate.md"), "Talk like a pirate.");
        Files.writeString(folder.resolve("two.words.md"), "No id, no agent.");
        installation.startWorker("CHAT_AGENTS_DIR", folder.toString());

        Event failed =
                events.awaitFailed(installation.send(Ask.message("Hi").with("agent", "sailor")), "agent_not_found");

        assertThat(failed.at("/error/details"))
                .isEqualTo(Json.of("{\"agent\":\"sailor\",\"agents\":[\"general\",\"pirate\"]}"));
        assertThat(failed.at("/retryable").asBoolean()).isFalse();
        assertThat(installation.ollama().asked()).isEmpty();
    }

    @Law({6, 7})
    @Test
    void aFileThatCanBeNoPromptIsToldAndLeftOutAndTheWorkerGoesOn() throws IOException {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        Files.writeString(folder.resolve("large.md"), "x".repeat(64 * 1024 + 1));
        Files.write(folder.resolve("latin.md"), new byte[] {'a', (byte) 0xfc});
        try (CapturedLog log = new CapturedLog()) {
            installation.startWorker("CHAT_AGENTS_DIR", folder.toString());

            assertThat(log.lines())
                    .contains("WARN agent large is left out: its file in CHAT_AGENTS_DIR has more than 65536 bytes")
                    .contains("WARN agent latin is left out: its file in CHAT_AGENTS_DIR is not UTF-8");
        }
        for (String name : List.of("large", "latin")) {
            Event failed =
                    events.awaitFailed(installation.send(Ask.message("Hi").with("agent", name)), "agent_not_found");
            assertThat(failed.at("/error/details/agents")).isEqualTo(Json.of("[\"general\"]"));
        }
        events.awaitCompleted(installation.ask("Hi"));

        Files.writeString(folder.resolve("large.md"), "Now it fits.");
        assertThat(promptFor(Ask.message("Hi").with("agent", "large"))).isEqualTo("Now it fits.");
    }
}
