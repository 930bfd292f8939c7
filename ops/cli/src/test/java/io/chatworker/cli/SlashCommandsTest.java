package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.cli.view.Events;
import io.chatworker.contracts.EventName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the prompt, typed through a pipe. */
class SlashCommandsTest {

    private Installation installation;

    @TempDir
    private Path folder;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation();
        installation.describe(null);
    }

    @AfterEach
    void remove() throws IOException {
        installation.close();
    }

    @Test
    void eachCommandSaysWhatItDid() throws IOException {
        Path image = Files.write(folder.resolve("cat.png"), new byte[2_000]);
        Path saved = folder.resolve("talk.json");

        assertThat(said("/model")).contains("Model: m (the worker's)", "  m (completion)");
        assertThat(said("/model x", "/model")).contains("From now on model: x", "Model: x");
        assertThat(said("/model x", "/model default")).contains("From now on model: the worker's own.");
        assertThat(said("/model M")).contains("From now on model: M\n");
        assertThat(said("/model x")).contains("x (no worker has it now; /model lists what there is)");
        assertThat(said("/agent")).contains("Agent: general; there are general.");
        assertThat(said("/agent poet")).contains("poet (no worker has it now; /agent lists what there is)");
        assertThat(said("/system Be brief.", "/system")).contains("System prompt: Be brief.");
        assertThat(said("/system default")).contains("From now on system prompt: the agent's");
        assertThat(said("/think low")).contains("From now on think: low");
        assertThat(said("/option temperature=0.2", "/option stop=[\"a b\"]", "/option"))
                .contains("Options: temperature=0.2, stop=[\"a b\"]");
        assertThat(said("/option temperature")).contains("An option is KEY=VALUE");
        assertThat(said("/image " + image)).contains("Attached cat.png (2 KiB); it goes with the next question.");
        assertThat(said("/image " + folder.resolve("no.png"))).contains("There is no file ");
        assertThat(said("/save " + saved)).contains("Saved 0 turns in " + saved);
        assertThat(said("/load " + saved)).contains("Loaded 0 turns.");
        assertThat(said("/load " + image)).contains("holds no conversation that was saved with /save");
        assertThat(said("/save")).contains("Name a file behind the command.");
        assertThat(said("/undo", "/regenerate"))
                .contains("There is nothing to take back.", "no question to answer again");
        assertThat(said("/new", "/show")).contains("A new conversation.", "0 turns; model the worker's, agent general");
        assertThat(said("/nonsense")).contains("There is no command /nonsense; /help lists them.");
        assertThat(said("/help")).contains("/regenerate ", "/exit ", "\"\"\"");
    }

    @Test
    void whatIsSetGoesWithTheNextQuestion() throws IOException {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        installation.serve(reply -> {
            asked.add(reply.request.toString());
            reply.event(EventName.COMPLETED, Events.completed("a", 0));
        });
        Path image = Files.write(folder.resolve("cat.png"), new byte[] {1, 2, 3});

        said("/model x", "/think true", "/option seed=7", "/image " + image, "What is this?", "And that?");

        assertThat(asked.poll())
                .contains("\"model\":\"x\"", "\"think\":true", "\"options\":{\"seed\":7}", "\"images\":[\"AQID\"]")
                .doesNotContain("\"message\":");
        assertThat(asked.poll()).contains("\"message\":\"And that?\"").doesNotContain("images");
    }

    @Test
    void continueGoesOnWithTheLastConversationAndItsSettings() throws IOException {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        installation.serve(reply -> {
            asked.add(reply.request.toString());
            reply.event(EventName.COMPLETED, Events.completed("a", 0));
        });

        said("/model x", "Why?");
        Run run = Run.of(environment(), "", "ask", "--continue", "And then?");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        asked.poll();
        assertThat(asked.poll()).contains("\"model\":\"x\"", "\"messages\":[{\"role\":\"user\"", "\"And then?\"");
    }

    @Test
    void aFailedQuestionLeavesTheLastConversationAsItWas() throws IOException {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        installation.serve(reply -> {
            String request = reply.request.toString();
            asked.add(request);
            if (request.contains("hot")) {
                reply.event(EventName.FAILED, Events.failed("invalid_request", "options.temperature: not a number"));
            } else {
                reply.event(EventName.COMPLETED, Events.completed("a", 0));
            }
        });

        said("/model x", "Why?");
        Run failed = Run.of(environment(), "", "ask", "--option", "temperature=hot", "Hi");
        Run run = Run.of(environment(), "", "ask", "--continue", "And then?");

        assertThat(failed.exitCode()).isNotEqualTo(ExitCode.OK);
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        asked.poll();
        asked.poll();
        assertThat(asked.poll())
                .contains("\"model\":\"x\"", "\"content\":\"q\"", "\"And then?\"")
                .doesNotContain("hot");
    }

    private String said(String... lines) {
        Run run = Run.of(environment(), String.join("\n", List.of(lines)) + "\n/exit\n", "repl");
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        return run.err();
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(installation.environment());
        environment.put("XDG_STATE_HOME", folder.toString());
        return environment;
    }
}
