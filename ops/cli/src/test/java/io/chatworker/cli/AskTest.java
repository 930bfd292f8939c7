package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.cli.view.Events;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.EventName;
import io.chatworker.worker.testing.TestBroker;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real broker, with a played worker. */
class AskTest {

    private Installation installation;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation();
    }

    @AfterEach
    void remove() throws IOException {
        installation.close();
    }

    @Test
    void anAnswerIsPrintedAndSummedUp() throws IOException {
        installation.serve(reply -> reply.event(EventName.STARTED, Events.started())
                .event(EventName.CHUNK, Events.chunk(0, "Grüße"))
                .event(EventName.CHUNK, Events.chunk(1, " 🌍"))
                .event(EventName.COMPLETED, Events.completed("Grüße 🌍", 2)));

        Run run = installation.cli("ask", "--note", "note: played", "say", "hello");

        assertThat(run.out()).isEqualTo("Grüße 🌍\n");
        assertThat(run.err()).contains("m · 7 tokens").contains("note: played");
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aRequestCarriesWhatTheContractAsksFor() throws IOException {
        installation.serve(reply -> reply.event(
                EventName.COMPLETED,
                Events.completed(Json.line(reply.request).replaceAll("\"sent_at\":\"[^\"]*Z\"", "\"sent_at\":0"), 0)));

        Run run = installation.cli("ask", "--conversation", "c7", "--think", "--no-stream", "why?");

        assertThat(run.out())
                .contains("\"conversation_id\":\"c7\"", "\"message\":\"why?\"", "\"stream\":false", "\"think\":true")
                .contains("\"sent_at\":0");
    }

    @Test
    void withoutStreamTheAnswerComesFromTheTerminalEvent() throws IOException {
        installation.serve(reply -> reply.event(EventName.COMPLETED, Events.completed("All at once.", 0)));

        assertThat(installation.cli("ask", "--no-stream", "why").out()).isEqualTo("All at once.\n");
    }

    @Test
    void jsonIsEveryEventOnALineWithItsType() throws IOException {
        installation.serve(reply -> reply.event(EventName.STARTED, Events.started())
                .event(EventName.CHUNK, Events.chunk(0, "a\nb"))
                .event(EventName.COMPLETED, Events.completed("a\nb", 1)));

        Run run = installation.cli("ask", "--json", "why");

        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().get(1)).startsWith("{\"type\":\"chat.chunk\",").contains("\"content\":\"a\\nb\"");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void aFailureIsExitCodeOneWithCodeMessageAndNextStep() throws IOException {
        installation.serve(reply -> reply.event(EventName.FAILED, Events.failed("agent_not_found", "no agent 'x'")));

        Run run = installation.cli("ask", "why");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("failed: agent_not_found: no agent 'x'").contains("next: ");
    }

    @Test
    void aQuestionThatNobodyAnswersEndsWithTheTimeout() {
        Run run = installation.cli("ask", "--timeout", "300ms", "why");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("within 300 ms", "No worker is connected");
    }

    @Test
    void aBrokerThatNoWorkerHasSetUpIsToldWithTheWayToStartOne() {
        Run run = Run.of(
                Map.of("RABBITMQ_URI", TestBroker.shared().uri(), "CHAT_NAMESPACE", "nobody-declared-this"),
                "",
                "ask",
                "why");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("No worker has set up this broker").contains("ops/worker");
    }

    @Test
    void aWrongPasswordAndAWrongVirtualHostAreToldApart() {
        String uri = TestBroker.shared().uri();
        String wrongPassword = uri.replaceFirst("//[^@]*@", "//guest:wrong@");

        assertThat(ask(wrongPassword).err()).contains("refused user 'guest'");
        assertThat(ask(uri + "/no-such-vhost").err()).contains("refused vhost 'no-such-vhost'");
        assertThat(ask("amqp://guest:guest@no-such-host.invalid").err())
                .contains("No host is known as 'no-such-host.invalid'");
    }

    @Test
    void theQuestionIsReadFromStandardInputWhereThereIsNoArgument() throws IOException {
        installation.serve(reply -> reply.event(
                EventName.COMPLETED,
                Events.completed(reply.request.get("message").stringValue(), 0)));

        Run run = Run.of(
                Map.of("RABBITMQ_URI", TestBroker.shared().uri(), "CHAT_NAMESPACE", installation.topology.namespace()),
                "two\nlines\n",
                "ask");

        assertThat(run.out()).isEqualTo("two\nlines\n");
    }

    private static Run ask(String uri) {
        return Run.of(Map.of("RABBITMQ_URI", uri), "", "ask", "why");
    }
}
