package io.chatworker.cli.view;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.client.ReceivedEvent;
import io.chatworker.contracts.AnswerAssembler;
import io.chatworker.contracts.EventName;
import io.chatworker.contracts.Topology;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class PlainViewTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PlainView view = new PlainView(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    private final AnswerAssembler answer = new AnswerAssembler();

    @Test
    void chunksArePrintedAsTheyComeAndTheEndIsOneLineApart() {
        event(EventName.STARTED, 1, Events.started());
        event(EventName.CHUNK, 1, Events.chunk(0, "Because "));
        assertThat(out()).isEqualTo("Because ");
        event(EventName.CHUNK, 1, Events.chunk(1, "of Rayleigh."));
        event(EventName.COMPLETED, 1, Events.completed("Because of Rayleigh.", 2));

        assertThat(out()).isEqualTo("Because of Rayleigh.\n");
        assertThat(err()).isEqualTo("m · 7 tokens · 12.3 tokens/s · first token after 123 ms\n");
    }

    @Test
    void anAttemptThatStartsAgainIsAnnouncedAndPrintedFromTheBeginning() {
        event(EventName.CHUNK, 1, Events.chunk(0, "Half an ans"));
        event(EventName.STARTED, 101, Events.started());
        event(EventName.CHUNK, 101, Events.chunk(0, "Whole."));
        event(EventName.COMPLETED, 101, Events.completed("Whole.", 1));

        assertThat(out()).isEqualTo("Half an ans\nWhole.\n");
        assertThat(err()).contains("starts again");
    }

    @Test
    void anAttemptThatStartsAgainBeforeAnythingWasShownIsNotAnnounced() {
        event(EventName.STARTED, 1, Events.started());
        event(EventName.STARTED, 2, Events.started());
        event(EventName.COMPLETED, 2, Events.completed("Text.", 0));

        assertThat(out()).isEqualTo("Text.\n");
        assertThat(err()).doesNotContain("again");
    }

    @Test
    void aGapIsFilledFromTheTerminalEvent() {
        event(EventName.CHUNK, 1, Events.chunk(0, "a"));
        event(EventName.CHUNK, 1, Events.chunk(2, "c"));
        event(EventName.COMPLETED, 1, Events.completed("abc", 3));

        assertThat(out()).isEqualTo("abc\n");
    }

    @Test
    void aMissingModelComesWithTheCommandThatGetsIt() {
        event(EventName.FAILED, 1, """
                "error": {"code": "model_not_found", "message": "no model 'm'; run: ollama pull m", \
                "details": {"model": "m"}}, "retryable": false, "chunks": 0""");

        assertThat(err()).isEqualTo("failed: model_not_found: no model 'm'; run: ollama pull m\nnext: ollama pull m\n");
    }

    @Test
    void whatAStoppedRequestWaitedForIsSaidInWords() {
        event(EventName.CANCELLED, 1, """
                "reason": "cancelled", "cause": "ollama_unavailable", "chunks": 0""");

        assertThat(err()).isEqualTo("cancelled while Ollama was away.\n");
    }

    @Test
    void aProblemIsSaidOnceWithTheOptionToLeaveOut() {
        event(EventName.FAILED, 1, """
                "error": {"code": "invalid_request", "message": "/options/seed: is not a number", "details": {"problems": [
                {"path": "/options/seed", "problem": "is not a number"}]}}, "retryable": false, "chunks": 0""");

        assertThat(err())
                .isEqualTo("failed: invalid_request: /options/seed: is not a number\nnext: leave out --option seed\n");
    }

    @Test
    void theProblemsOfARequestAreListed() {
        event(EventName.FAILED, 1, """
                "error": {"code": "invalid_request", "message": "2 problems", "details": {"problems": [
                {"path": "/options/seed", "problem": "is not a number"}, {"path": "", "problem": "nothing to answer"}]}},
                "retryable": false, "chunks": 0""");

        assertThat(err()).contains("  /options/seed: is not a number\n  nothing to answer\n");
    }

    @Test
    void waitingSaysWhatFor() {
        event(EventName.WAITING, 1, """
                "reason": "ollama_unavailable", "error_code": "ollama_unavailable\"""");

        assertThat(err()).contains("waiting: Ollama is away");
    }

    @Test
    void loadingAModelNamesIt() {
        event(EventName.STARTED, 1, """
                "model": "qwen2.5:3b-instruct", "agent": "general", "worker": "w\"""");
        event(EventName.WAITING, 1, "\"reason\": \"loading_model\"");

        assertThat(err()).isEqualTo("waiting: Ollama is loading qwen2.5:3b-instruct\n");
    }

    @Test
    void summarizingIsSaidWhileItLasts() {
        event(EventName.WAITING, 1, "\"reason\": \"summarizing\"");

        assertThat(err()).isEqualTo("waiting: the worker summarizes what no longer fits\n");
    }

    @Test
    void thinkingStaysOutOfTheAnswer() {
        event(EventName.CHUNK, 1, "\"sequence\": 0, \"thinking\": \"Hm.\"");
        event(EventName.CHUNK, 1, Events.chunk(1, "Yes."));
        event(EventName.CANCELLED, 1, """
                "reason": "cancelled", "chunks": 2, "partial": {"role": "assistant", "content": "Yes.", "thinking": "Hm."}""");

        assertThat(out()).isEqualTo("Yes.\n");
        assertThat(err()).isEqualTo("thinking: Hm.\ncancelled.\n");
    }

    private void event(EventName name, int attempt, String keys) {
        String body = """
                {"contract_version": 1, "request_id": "r1", "conversation_id": "c1", "attempt": %d, "run": "x", %s}""".formatted(attempt, keys);
        ReceivedEvent event =
                new ReceivedEvent("chat." + name.wire(), Topology.routingKey("c1", "r1", name), body.getBytes(UTF_8));
        view.changed(answer.accept(event.decode().orElseThrow()));
        answer.outcome().ifPresent(view::ended);
    }

    private String out() {
        return out.toString(UTF_8);
    }

    private String err() {
        return err.toString(UTF_8);
    }
}
