package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** No text of a message and no secret reaches the log or the health, whatever fails and however it is told. */
@Law(7)
class SecretsTest {

    private static final String TEXT = "text-of-a-message";
    private static final String KEY = "secret-of-ollama";
    private static final String TOKEN = "secret-of-the-proxy";
    private static final String PASSWORD = "secret-of-the-broker";

    @RegisterExtension
    final Installation installation = new Installation();

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("io.chatworker");
    private final Level rootBefore = root.getLevel();
    private final Level oursBefore = ours.getLevel();

    @BeforeEach
    void logAll() {
        root.setLevel(Level.DEBUG);
        ours.setLevel(Level.TRACE);
    }

    @AfterEach
    void logAsBefore() {
        root.setLevel(rootBefore);
        ours.setLevel(oursBefore);
    }

    private TestWorker startWorker(String... more) {
        // The first node refuses the password, the second takes the worker.
        String here = installation.broker().uri();
        List<String> variables = new ArrayList<>(List.of(
                "RABBITMQ_URI",
                here.replaceFirst("//.*@", "//guest:" + PASSWORD + "@") + "," + here,
                "OLLAMA_API_KEY",
                KEY,
                "OLLAMA_HEADERS",
                "X-Service-Token: " + TOKEN + " | Cookie: session=" + TOKEN,
                "CHAT_MAX_ATTEMPTS",
                "1"));
        variables.addAll(List.of(more));
        return installation.startWorker(variables.toArray(String[]::new));
    }

    private static Ask ask() {
        return Ask.message(TEXT)
                .with("system", TEXT)
                .with("messages", List.of(Map.of("role", "user", "content", TEXT)))
                .with("metadata", Map.of("note", TEXT));
    }

    private static void assertClean(List<String> told) {
        assertThat(told)
                .isNotEmpty()
                .noneMatch(line -> line.contains(TEXT))
                .noneMatch(line -> line.contains(KEY))
                .noneMatch(line -> line.contains(TOKEN))
                .noneMatch(line -> line.contains(PASSWORD));
    }

    @Test
    void neitherAnswersNorFailuresOfAnyKindAreLoggedWithTheirText() {
        RecordedEvents events = installation.events();
        String quoting = "cannot do '" + TEXT + "' with " + KEY + " and " + TOKEN;
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.saying(TEXT),
                        ScriptedAnswer.error(400, quoting),
                        ScriptedAnswer.error(404, quoting),
                        ScriptedAnswer.error(500, quoting),
                        ScriptedAnswer.error(503, quoting),
                        ScriptedAnswer.streaming().text(TEXT).raw("{\"error\":\"" + quoting + "\"}\n"),
                        ScriptedAnswer.streaming()
                                .raw("no JSON: " + quoting + "\n")
                                .cut());
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker = startWorker();
            events.awaitCompleted(installation.send(ask()));
            for (String code : List.of(
                    "ollama_rejected",
                    "model_not_found",
                    "ollama_error",
                    "ollama_busy",
                    "stream_error",
                    "ollama_error")) {
                events.awaitFailed(installation.send(ask()), code);
                assertThat(installation.awaitDeadLetter().getProps().toString()).doesNotContain(PASSWORD);
            }
            events.awaitFailed(installation.send(ask().with("model", List.of(TEXT))), "invalid_request");
            events.awaitFailed(installation.send(ask().with("message", TEXT.repeat(1000))), "message_too_long");
            installation.publish(
                    TEXT,
                    new BasicProperties.Builder().messageId("broken").build(),
                    ("{\"message\":\"" + TEXT).getBytes(StandardCharsets.UTF_8));
            events.awaitFailed("broken", "invalid_request");

            assertClean(log.lines());
            assertClean(List.of(
                    worker.get("/actuator/health").body(),
                    worker.get("/actuator/info").body(),
                    worker.get("/actuator/prometheus").body()));
        }
    }

    @Test
    void whatAClosedDoorOrAProxySaysReachesTheRequesterAlone() {
        RecordedEvents events = installation.events();
        for (int status : new int[] {401, 403, 502}) {
            installation
                    .ollama()
                    .answers(ScriptedAnswer.error(status, "no '" + TEXT + "' for " + KEY), ScriptedAnswer.saying(TEXT));
            try (CapturedLog log = new CapturedLog()) {
                TestWorker worker = startWorker("CHAT_BREAKER", "1");
                String code = status == 502 ? "ollama_error" : "ollama_rejected";
                assertThat(events.awaitFailed(installation.send(ask()), code).text("/error/message"))
                        .contains(TEXT);
                List<String> health = new ArrayList<>();
                Waits.until("a health that names the pause", () -> {
                    health.add(worker.get("/actuator/health").body());
                    return Json.of(health.getLast()).at("/reason").asString("").contains(Integer.toString(status));
                });

                assertClean(health);
                events.awaitCompleted(installation.send(ask()));
                assertClean(log.lines());
                worker.close();
            }
        }
    }

    @Test
    void aRedirectIsNotFollowedSoThatTheKeyStaysAtItsHost() {
        RecordedEvents events = installation.events();
        try (ScriptedOllama other = new ScriptedOllama()) {
            installation
                    .ollama()
                    .answers(
                            ScriptedAnswer.status(302, "text/html", "moved")
                                    .header("Location", other.host() + "/api/chat"),
                            ScriptedAnswer.status(307, "text/html", "moved")
                                    .header("Location", other.host() + "/api/chat"));
            startWorker();

            for (int status : new int[] {302, 307}) {
                assertThat(events.awaitFailed(installation.send(ask()), "ollama_rejected")
                                .at("/error/details/status")
                                .asInt())
                        .isEqualTo(status);
            }

            assertThat(installation.ollama().asked())
                    .allMatch(asked -> ("Bearer " + KEY)
                            .equals(asked.request().getHeaders().get("Authorization")))
                    .allMatch(asked -> TOKEN.equals(asked.request().getHeaders().get("X-Service-Token")))
                    .allMatch(asked -> ("session=" + TOKEN)
                            .equals(asked.request().getHeaders().get("Cookie")));
            assertThat(other.asked()).isEmpty();
        }
    }
}
