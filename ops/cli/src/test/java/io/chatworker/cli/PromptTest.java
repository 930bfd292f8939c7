package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.cli.view.Events;
import io.chatworker.contracts.EventName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prompt as a person uses it: a pseudo-terminal, a real broker, and a played worker. */
class PromptTest {

    private static final String NOTE = "Played answers.";

    private Installation installation;
    private Person person;

    @TempDir
    private Path state;

    @BeforeEach
    void sitDown() throws IOException {
        installation = new Installation();
        person = new Person(60, 40);
    }

    @AfterEach
    void leave() throws IOException {
        person.close();
        installation.close();
    }

    @Test
    void aConversationIsReadable() throws Exception {
        BlockingQueue<Installation.Reply> asked = serve();
        CompletableFuture<Run> talk = start("--note", NOTE);
        person.awaits(screen -> screen.contains(NOTE) && screen.endsWith("\n>"));

        person.types("Why is the sky blue?");
        Installation.Reply first = asked.poll(10, TimeUnit.SECONDS);
        person.awaits("queued …");
        first.event(EventName.STARTED, Events.started()).event(EventName.WAITING, "\"reason\": \"loading_model\"");
        person.awaits("Ollama is loading m …");
        first.event(EventName.CHUNK, Events.chunk(0, "\n\nThe blue sky is made of all the colours of the rain"))
                .event(EventName.CHUNK, Events.chunk(1, "bow, which is wide."))
                .event(
                        EventName.COMPLETED,
                        Events.completed(
                                "\n\nThe blue sky is made of all the colours of the rainbow, which is wide.", 2));
        assertThat(person.awaits(screen -> screen.contains("first token after") && screen.endsWith("\n>")))
                .endsWith("""
                        > Why is the sky blue?
                        The blue sky is made of all the colours of the rainbow,
                        which is wide.

                        m · 7 tokens · 12.3 tokens/s · first token after 123 ms

                        >""");

        person.types("\"\"\"");
        person.awaits("\n.");
        person.types("two");
        person.types("lines\"\"\"");
        Installation.Reply second = asked.poll(10, TimeUnit.SECONDS);
        assertThat(second.request.get("message").stringValue()).isEqualTo("two\nlines");
        assertThat(second.request.get("messages").toString()).contains("\"q\"", "\"a\"");
        second.event(EventName.FAILED, Events.failed("model_not_allowed", "not this one"));
        assertThat(person.awaits("next: ")).contains("failed: model_not_allowed: not this one", "(/model)");

        person.presses("/reg\t");
        person.awaits("> /regenerate");
        person.presses("\r");
        Installation.Reply third = asked.poll(10, TimeUnit.SECONDS);
        assertThat(third.request.get("regenerate").booleanValue()).isTrue();
        third.event(EventName.COMPLETED, Events.completed("Again.", 0));
        person.awaits("Again.");

        person.types("/exit");
        assertThat(talk.get(10, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.OK);
        assertThat(person.sees()).containsOnlyOnce(NOTE).doesNotContain("queued …", "loading");
        history();
    }

    private void history() throws Exception {
        Path history = state.resolve("chat-worker").resolve("history");
        assertThat(Files.readString(history)).contains("Why is the sky blue?", "two\\nlines", "/regenerate");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
                .isEqualTo("rw-------");
        CompletableFuture<Run> next = start("--continue");
        person.awaits(
                screen -> screen.contains("Going on with the last conversation, 2 turns.") && screen.endsWith("\n>"));
        person.presses("\033[A\033[A");
        person.awaits("> /regenerate");
        person.presses("\003");
        person.awaits(screen -> screen.endsWith("\n>"));
        person.presses("\004");
        assertThat(next.get(10, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void ctrlCStopsTheAnswerOverTheBrokerKeepsWhatCameAndLeavesNoDebris() throws Exception {
        BlockingQueue<Installation.Reply> asked = serve();
        BlockingQueue<String> heard = installation.listen();
        CompletableFuture<Run> talk = start();
        person.awaits(screen -> screen.endsWith("\n>"));
        person.types("Tell a long story.");
        Installation.Reply reply = asked.poll(10, TimeUnit.SECONDS);
        reply.event(EventName.CHUNK, "\"sequence\": 0, \"thinking\": \"A story?\"")
                .event(EventName.CHUNK, Events.chunk(1, "Once upon a"));
        person.awaits("Once upon a");

        person.presses("\003");

        String command = heard.poll(10, TimeUnit.SECONDS);
        assertThat(command)
                .contains("chat.cancel", reply.request.get("request_id").stringValue());
        person.awaits("stopping; Ctrl-C again waits no longer …");
        // Text that was on its way goes on in its line.
        reply.event(EventName.CHUNK, Events.chunk(2, " time"));
        person.awaits("Once upon a time");
        reply.event(EventName.CANCELLED, """
                "reason": "cancelled", "chunks": 3, "partial": {"role": "assistant", "content": "Once upon a time", "thinking": "A story?"},
                "history": [{"role": "user", "content": "Tell a long story."}, {"role": "assistant", "content": "Once upon a time"}]""");
        assertThat(person.awaits(screen -> screen.contains("cancelled.") && screen.endsWith("\n>")))
                .endsWith("""
                > Tell a long story.
                (thinking) A story?

                Once upon a time

                cancelled.

                >""");
        person.types("/undo");
        person.awaits("Took back: Tell a long story.");
        person.presses("\004");
        assertThat(talk.get(10, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aWorkerThatPausesSaysWhyAndCtrlCWithoutAWorkerGivesUp() throws Exception {
        installation.describe("Ollama is away");
        CompletableFuture<Run> talk = start();
        person.awaits(screen -> screen.endsWith("\n>"));

        person.presses("/model\r/think\r");
        assertThat(person.awaits(screen -> screen.contains("Think: ") && screen.endsWith("\n>")))
                .endsWith("""
                        > /model
                        Model: m (the worker's)
                          m (completion)

                        > /think
                        Think: as the worker has it

                        >""");
        person.types("Anybody there?");
        person.awaits("queued; the worker pauses: Ollama is away …");
        person.presses("typed meanwhile");
        assertThat(person.sees()).doesNotContain("typed meanwhile");
        person.presses("\003");
        person.awaits("stopping; Ctrl-C again waits no longer …");
        person.presses("\003");

        person.awaits(screen -> screen.contains("Not waited for any more.") && screen.matches("(?s).*\n>[^\n]*"));
        person.presses("\003");
        person.awaits(screen -> screen.endsWith("\n>"));
        person.presses("\004");
        assertThat(talk.get(10, TimeUnit.SECONDS).exitCode()).isEqualTo(ExitCode.OK);
    }

    private BlockingQueue<Installation.Reply> serve() throws IOException {
        BlockingQueue<Installation.Reply> asked = new LinkedBlockingQueue<>();
        installation.serve(asked::add);
        return asked;
    }

    private CompletableFuture<Run> start(String... options) {
        Map<String, String> environment = new HashMap<>(installation.environment());
        environment.put("XDG_STATE_HOME", state.toString());
        environment.put("NO_COLOR", "1");
        String[] arguments = new String[options.length + 1];
        arguments[0] = "repl";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return CompletableFuture.supplyAsync(() -> Run.at(person, environment, arguments));
    }
}
