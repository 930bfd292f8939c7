package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import okhttp3.Headers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the events carry beside their bodies. */
class EventPropertiesTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @RegisterExtension
    static final Installation installation = new Installation();

    @BeforeAll
    static void startWorker() {
        installation.startWorker();
    }

    @Test
    void everyEventSaysWhatItIsAndWhoseItIs() {
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));

        String id = installation.send(
                Ask.message("Hi").with("conversation_id", "c42").correlationId("mine, not an id"));

        RecordedEvents events = installation.events();
        events.awaitCompleted(id);
        assertThat(events.of(id)).extracting(Event::name).containsExactly("started", "chunk", "completed");
        for (Event event : events.of(id)) {
            BasicProperties properties = event.properties();
            assertThat(event.routingKey()).isEqualTo("c42." + id + "." + event.name());
            assertThat(event.body().path("conversation_id").asString()).isEqualTo("c42");
            assertThat(properties.getContentType()).isEqualTo("application/json");
            assertThat(properties.getType()).isEqualTo("chat." + event.name());
            assertThat(properties.getCorrelationId()).isEqualTo("mine, not an id");
            assertThat(properties.getAppId()).isEqualTo("chat-worker");
            assertThat(properties.getDeliveryMode()).isEqualTo(event.isTerminal() ? 2 : 1);
            assertThat(properties.getMessageId()).isEqualTo(event.isTerminal() ? id : null);
            assertThat(properties.getTimestamp().toInstant()).isCloseTo(Instant.now(), within(30, ChronoUnit.SECONDS));
            assertThat(properties.getExpiration()).isNull();
        }
        String transients = installation.topology().chunks();
        assertThat(events.of(id))
                .extracting(Event::exchange)
                .containsExactly(transients, transients, installation.topology().completions());
    }

    @Test
    void theRequestsIdStandsInWhereThereIsNoCorrelationId() {
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));

        String id = installation.ask("Hi");

        installation.events().awaitCompleted(id);
        assertThat(installation.events().of(id))
                .allSatisfy(event ->
                        assertThat(event.properties().getCorrelationId()).isEqualTo(id));
    }

    @Test
    void theMessageIdStandsInWhereTheBodyHasNoRequestId() {
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        BasicProperties.Builder properties = new BasicProperties.Builder().messageId("from-the-properties");

        installation.send(Ask.message("Hi").without("request_id").properties(properties));

        Event completed = installation.events().awaitCompleted("from-the-properties");
        assertThat(completed.properties().getCorrelationId()).isEqualTo("from-the-properties");
    }

    @Test
    void theTraceGoesOnToOllamaAndToTheEventsAndNothingElseDoes() {
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));

        String id = installation.send(Ask.message("Hi")
                .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                .header("tracestate", "vendor=value")
                .header("baggage", "tenant=acme")
                .header("x-tenant", "acme")
                .header("CC", List.of("somewhere"))
                .header("x-nested", Map.of("a", List.of(1, "two"))));

        RecordedEvents events = installation.events();
        events.awaitCompleted(id);
        for (Event event : events.of(id)) {
            assertThat(event.properties().getHeaders()).containsKey("traceparent");
            assertThat(event.properties().getHeaders().get("traceparent").toString())
                    .contains(TRACE);
            assertThat(event.properties().getHeaders().keySet()).isSubsetOf("traceparent", "tracestate");
        }
        List<ScriptedOllama.Asked> asked = installation.ollama().asked();
        Headers headers = asked.getLast().request().getHeaders();
        assertThat(headers.get("traceparent")).contains(TRACE);
        assertThat(headers.get("tracestate")).isEqualTo("vendor=value");
        assertThat(headers.get("baggage")).isNull();
        assertThat(headers.get("x-tenant")).isNull();
    }

    @Test
    void withoutATraceNoHeaderOfTheRequestIsOnAnEvent() {
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));

        String id = installation.send(
                Ask.message("Hi").header("x-tenant", "acme").header("traceparent", "not a traceparent"));

        installation.events().awaitCompleted(id);
        assertThat(installation.events().of(id)).allSatisfy(event -> {
            Map<String, Object> headers = event.properties().getHeaders();
            assertThat(headers == null ? Map.of() : headers).doesNotContainKey("x-tenant");
            assertThat(headers == null ? "" : String.valueOf(headers.get("traceparent")))
                    .doesNotContain("not a traceparent");
        });
    }
}
