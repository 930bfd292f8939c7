package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.worker.settings.InvalidSettings;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.OtlpReceiver;
import io.chatworker.worker.testing.OtlpReceiver.Span;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama.Asked;
import io.chatworker.worker.testing.ScriptedTool;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.WorkerProcess;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a collector is told of requests, and what goes out without one. */
class TraceTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PUBLISHER = "00f067aa0ba902b7";
    private static final String TEXT = "a text that is nobody's business";

    private static final int INTERNAL = 1;
    private static final int CLIENT = 3;
    private static final int PRODUCER = 4;
    private static final int CONSUMER = 5;
    private static final int ERROR = 2;

    @RegisterExtension
    final Installation installation = new Installation();

    private final OtlpReceiver receiver = new OtlpReceiver();

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void oneTraceIsWholeFromThePublisherThroughOllamaToTheEvents() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.error(503, "busy"), ScriptedAnswer.saying(TEXT));
        TestWorker worker = installation.startWorker(
                "CHAT_WORKER_NAME",
                "w1",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                receiver.endpoint(),
                "OTEL_RESOURCE_ATTRIBUTES",
                "deployment.environment.name=test");
        String id = installation.send(Ask.message(TEXT)
                .with("conversation_id", "c42")
                .header("traceparent", "00-" + TRACE + "-" + PUBLISHER + "-01")
                .header("tracestate", "vendor=1"));
        Event completed = events.awaitCompleted(id);
        String refused = installation.send(Ask.message(TEXT).with("agent", "nobody"));
        events.awaitFailed(refused, "agent_not_found");
        installation.awaitRejected();
        // What is not sent yet goes out at the end.
        worker.close();

        List<Span> spans = receiver.spans().stream()
                .filter(span -> span.trace().equals(TRACE))
                .toList();
        Span request = only(spans, CONSUMER);
        assertThat(request.parent()).isEqualTo(PUBLISHER);
        assertThat(request.links()).containsExactly(PUBLISHER);
        assertThat(request.name())
                .isEqualTo("process " + installation.topology().requests());
        assertThat(request.events()).containsExactly("retry");
        assertThat(request.attributes())
                .containsEntry("messaging.system", "rabbitmq")
                .containsEntry("messaging.operation.type", "process")
                .containsEntry("messaging.message.id", id)
                .containsEntry("gen_ai.conversation.id", "c42")
                .containsEntry("chat.outcome", "completed");
        assertThat(spans)
                .filteredOn(span -> !span.equals(request))
                .allSatisfy(span -> assertThat(span.parent()).as(span.name()).isEqualTo(request.id()));

        List<Span> calls = spans.stream().filter(span -> span.kind() == CLIENT).toList();
        assertThat(calls).hasSize(2).allSatisfy(call -> {
            assertThat(call.name()).isEqualTo("chat m");
            assertThat(call.attributes())
                    .containsEntry("gen_ai.provider.name", "ollama")
                    .containsEntry("gen_ai.request.model", "m")
                    .containsEntry("gen_ai.request.max_tokens", "1024");
        });
        assertThat(calls.getFirst().status()).isEqualTo(ERROR);
        assertThat(calls.getFirst().attributes()).containsEntry("error.type", "ollama_busy");
        assertThat(calls.getLast().events()).containsExactly("first_token");
        assertThat(calls.getLast().attributes())
                .containsKeys("gen_ai.usage.output_tokens", "gen_ai.response.time_to_first_chunk")
                .containsEntry("gen_ai.response.finish_reasons", "[stop]");
        assertThat(installation.ollama().asked())
                .extracting(TraceTest::traceparent)
                .containsExactly(traceparent(calls.getFirst()), traceparent(calls.getLast()));
        assertThat(installation
                        .ollama()
                        .asked()
                        .getFirst()
                        .request()
                        .getHeaders()
                        .get("tracestate"))
                .isEqualTo("vendor=1");

        assertThat(only(spans, INTERNAL).name()).isEqualTo("hold ollama_busy");
        assertThat(only(spans, PRODUCER).name())
                .isEqualTo("send " + installation.topology().completions());
        assertThat(completed.properties().getHeaders().get("traceparent")).hasToString(traceparent(request));
        assertThat(events.of(id, "chunk").getFirst().properties().getHeaders().get("traceparent"))
                .hasToString(traceparent(request));

        // One without a trace begins its own.
        assertThat(receiver.spans()).anySatisfy(span -> {
            assertThat(span.attributes()).containsEntry("messaging.message.id", refused);
            assertThat(span.attributes()).containsEntry("error.type", "agent_not_found");
            assertThat(span.trace()).isNotEqualTo(TRACE);
            assertThat(span.parent()).isEmpty();
            assertThat(span.links()).isEmpty();
            assertThat(span.status()).isEqualTo(ERROR);
        });
        assertThat(receiver.spans().toString()).doesNotContain(TEXT);
        assertThat(receiver.resources())
                .allSatisfy(resource -> assertThat(resource)
                        .contains("service.name=chat-worker", "service.instance.id=w1", "environment.name=test"));
    }

    @Test
    void aToolCallIsASpanOfItsRequestAsEachCallToOllamaIs() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming()
                                .calls("{\"id\":\"c1\",\"function\":{\"name\":\"clock\",\"arguments\":{}}}")
                                .done(),
                        ScriptedAnswer.saying("Noon."));
        TestWorker worker = installation.startWorker("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint());
        try (ScriptedTool clock = ScriptedTool.offer(
                installation.connection(), installation.topology(), "clock", _ -> "{\"content\":\"noon\"}")) {
            Map<String, Object> function = Map.of("name", "clock", "parameters", Map.of());
            events.awaitCompleted(installation.send(Ask.message("What time is it?")
                    .with("tools", List.of(Map.of("type", "function", "function", function)))
                    .with("tool_rounds", 1)));
            clock.awaitCall(0);
        }
        worker.close();

        List<Span> spans = receiver.spans();
        Span request = only(spans, CONSUMER);
        assertThat(spans)
                .filteredOn(span -> span.name().equals("execute_tool clock"))
                .singleElement()
                .satisfies(span -> {
                    assertThat(span.parent()).isEqualTo(request.id());
                    assertThat(span.attributes()).containsEntry("gen_ai.tool.name", "clock");
                    assertThat(span.status()).isNotEqualTo(ERROR);
                });
        assertThat(spans).filteredOn(span -> span.name().equals("chat m")).hasSize(2);
        assertThat(spans.toString()).doesNotContain("Noon", "What time");
    }

    @Test
    void aCollectorThatIsAwayCostsNoRequest() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        String endpoint = receiver.endpoint();
        receiver.close();
        installation.startWorker("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint, "OTEL_EXPORTER_OTLP_TIMEOUT", "500");

        events.awaitCompleted(installation.ask("Hi"));
    }

    @Test
    void whereNobodyWantsTracesNothingOfOpenTelemetryIsLoaded() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        try (WorkerProcess worker =
                WorkerProcess.start(installation.variables()).ready()) {
            events.awaitCompleted(installation.ask("Hi"));

            assertThat(worker.jcmd("VM.class_hierarchy"))
                    .contains("io.chatworker.worker.run.ChatRun")
                    .doesNotContain("io.opentelemetry");
        }
    }

    @Test
    void aVariableThatCannotBeUsedStopsTheStartAndIsNamed() {
        assertThatThrownBy(() -> installation.beginWorker("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"))
                .isInstanceOfSatisfying(
                        InvalidSettings.class,
                        e -> assertThat(e.problems()).singleElement().asString().contains("OTEL_", "collector:4318"));
    }

    private static Span only(List<Span> spans, int kind) {
        List<Span> some = spans.stream().filter(span -> span.kind() == kind).toList();
        assertThat(some).as(spans.toString()).hasSize(1);
        return some.getFirst();
    }

    private static String traceparent(Span span) {
        return "00-" + span.trace() + "-" + span.id() + "-01";
    }

    private static String traceparent(Asked asked) {
        return asked.request().getHeaders().get("traceparent");
    }
}
