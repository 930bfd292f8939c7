package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Failures are sorted by who speaks, Ollama or something between, and nothing innocent is punished. */
class WhoAnsweredTest {

    @RegisterExtension
    final Installation installation = new Installation();

    // Closed doors.

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void aModelThatIsClosedToTheWorkerFailsItsOwnRequestsAndPausesNobody(int status) {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answersBy(question -> question.path("model").asString().equals("large:cloud")
                        ? ScriptedAnswer.error(status, "this model requires a subscription")
                        : ScriptedAnswer.saying("Hello"));
        TestWorker worker = installation.startWorker("CHAT_MODELS_ALLOWED", "*,*:cloud", "CHAT_BREAKER", "2");

        for (int i = 0; i < 3; i++) {
            String closed = installation.send(Ask.message("Hi").with("model", "large:cloud"));
            Event failed = events.awaitFailed(closed, "ollama_rejected");
            assertThat(failed.at("/error/details/status").asInt()).isEqualTo(status);
            assertThat(failed.text("/error/message")).contains("requires a subscription");
            assertThat(events.of(closed, "waiting")).isEmpty();
            String open = installation.ask("Hi");
            events.awaitCompleted(open);
            assertThat(events.of(open, "waiting")).isEmpty();
        }
        assertThat(worker.isReady()).isTrue();
    }

    @Test
    void severalClosedDoorsInARowPauseTheWorkerAndTheTrialIsRejectedAfterItsThird() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.error(401, "unauthorized"));
        TestWorker worker = installation.startWorker("CHAT_BREAKER", "2");
        events.awaitFailed(installation.ask("one"), "ollama_rejected");
        events.awaitFailed(installation.ask("two"), "ollama_rejected");

        Waits.until("a health that names the reason", () -> reason(worker).contains("Ollama answered 401"));
        assertThat(reason(worker)).contains("the last 2 requests failed").contains("OLLAMA_API_KEY");
        Event failed = events.awaitFailed(installation.ask("three"), "ollama_rejected");

        assertThat(failed.at("/error/details/attempts").asInt()).isEqualTo(3);
        assertThat(failed.at("/error/details/status").asInt()).isEqualTo(401);
        assertThat(installation.ollama().asked()).hasSize(5);
    }

    // What stands in for Ollama while it is away.

    static List<Named<ScriptedAnswer>> walls() {
        return List.of(
                wall(200, "<html>starting</html>"),
                wall(302, "", "https://sso.example/login"),
                wall(401, "<html>log in</html>"),
                wall(403, ""),
                wall(404, "404 page not found"),
                wall(404, "<html>nginx</html>"),
                wall(502, "<html>bad gateway</html>"),
                wall(503, "{\"message\":\"no upstream\"}"),
                wall(504, "{\"error\":\"upstream request timeout\"}"),
                wall(520, ""),
                wall(530, "error code: 1033"));
    }

    private static Named<ScriptedAnswer> wall(int status, String body) {
        return Named.of(status + " " + body, ScriptedAnswer.status(status, "text/html", body));
    }

    private static Named<ScriptedAnswer> wall(int status, String body, String location) {
        ScriptedAnswer answer = ScriptedAnswer.status(status, "text/html", body).header("Location", location);
        return Named.of(status + " " + location, answer);
    }

    @ParameterizedTest
    @MethodSource("walls")
    @Law(5)
    void aPageThatStandsInForOllamaHoldsTheQueueAndEmptiesItIntoNothing(ScriptedAnswer wall) {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        TestWorker worker = installation.startWorker("CHAT_MAX_ATTEMPTS", "1", "CHAT_CONCURRENCY", "2");
        installation.ollama().isBehind(wall);

        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(installation.ask("question " + i));
        }
        events.await(ids.getFirst(), "waiting");
        Waits.until("a worker that is not ready", () -> !worker.isReady());
        installation.ollama().isBehind(null);

        for (String id : ids) {
            events.awaitCompleted(id);
        }
        worker.ready();
        assertNothingDeadLettered();
    }

    @ParameterizedTest
    @CsvSource({
        "https://ollama.example/api/chat, set OLLAMA_HOST to https://ollama.example",
        "https://sso.example/login?to=secret, it redirects to https://sso.example/login"
    })
    void aRedirectIsToldInHealthWithTheAddressItNames(String location, String advice) {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.status(301, "text/html", "").header("Location", location),
                        ScriptedAnswer.saying("Hello"));
        TestWorker worker = installation.startWorker("CHAT_BREAKER", "1");

        Event failed = events.awaitFailed(installation.ask("Hi"), "ollama_rejected");

        assertThat(failed.at("/error/details/status").asInt()).isEqualTo(301);
        assertThat(failed.text("/error/message")).contains(advice);
        Waits.until("a health that names the address", () -> reason(worker).contains(advice));
        assertThat(worker.get("/actuator/health").body()).doesNotContain("secret");
        events.awaitCompleted(installation.ask("Hi"));
    }

    // One request that offends something between.

    @ParameterizedTest
    @CsvSource({
        "400, ollama_rejected",
        "403, ollama_rejected",
        "404, ollama_rejected",
        "413, ollama_rejected",
        "302, ollama_rejected",
        "408, ollama_error",
        "429, ollama_busy",
        "500, ollama_error",
        "503, ollama_error",
        "504, ollama_error",
        "524, ollama_error",
        "200, ollama_error"
    })
    void oneRequestThatOffendsAFirewallHarmsNobodyElse(int status, String code) {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answersBy(question -> question.toString().contains("DROP TABLE")
                        ? ScriptedAnswer.status(status, "text/html", "<html>blocked</html>")
                        : ScriptedAnswer.saying("Hello"));
        TestWorker worker = installation.startWorker("CHAT_MAX_ATTEMPTS", "2", "CHAT_CONCURRENCY", "2");

        String bad = installation.ask("DROP TABLE users");
        List<String> good = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            good.add(installation.ask("question " + i));
        }

        for (String id : good) {
            events.awaitCompleted(id);
            assertThat(events.of(id, "waiting")).isEmpty();
        }
        Event failed = events.awaitFailed(bad, code);
        assertThat(failed.at("/error/details/status").asInt()).isEqualTo(status);
        assertThat(failed.text("/error/message")).contains("something between").contains("blocked");
        assertThat(worker.isReady()).isTrue();
    }

    /** So that one request which makes Ollama fall over does not keep the others waiting. */
    @Test
    void neighboursDoNotWaitBehindARequestWhoseConnectionIsReset() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answersBy(question -> question.toString().contains("poison")
                        ? ScriptedAnswer.closedBeforeHeaders()
                        : ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_CONCURRENCY", "6");
        String poison = installation.ask("poison");
        events.await(poison, "waiting");

        List<String> neighbours = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            neighbours.add(installation.ask("question " + i));
        }

        Event failed = events.awaitFailed(poison, "ollama_error");
        List<Event> all = events.all();
        for (String id : neighbours) {
            assertThat(all.indexOf(events.awaitCompleted(id))).isLessThan(all.indexOf(failed));
        }
        assertThat(failed.at("/error/details/attempts").asInt()).isEqualTo(3);
        assertThat(events.of(poison, "started")).hasSize(4);
    }

    // The blind probe.

    @Test
    void aBlindProbeLeavesTheWorkerReadyAndSaysSo() {
        RecordedEvents events = installation.events();
        installation.ollama().answersProbes(ScriptedAnswer.status(404, "text/plain", "404 page not found"));
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        TestWorker worker = installation.startWorker();

        events.awaitCompleted(installation.ask("Hi"));

        assertThat(worker.isReady()).isTrue();
        assertThat(ollama(worker).path("status").asString()).isEqualTo("UP");
        assertThat(ollama(worker).at("/details/probe").asString()).startsWith("/api/version answered 404");
    }

    @Test
    @Law(5)
    void withABlindProbeARequestThatWasNotAnsweredIsAnOutageAndATrialEndsIt() {
        RecordedEvents events = installation.events();
        installation.ollama().answersProbes(ScriptedAnswer.status(405, "text/plain", "no"));
        installation.ollama().answersBy(_ -> ScriptedAnswer.status(502, "text/html", "<html>bad gateway</html>"));
        TestWorker worker = installation.startWorker();

        String id = installation.ask("Hi");
        events.await(id, "waiting");
        Waits.until("a worker that is not ready", () -> !worker.isReady());
        assertThat(reason(worker)).contains("answered 502");
        events.await(id, "started", 4);
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));

        events.awaitCompleted(id);
        worker.ready();
        assertNothingDeadLettered();
    }

    // Words and waits.

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aRetryAfterOfMoreThanAMinuteEndsTheRequestAtOnce(int status) {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.error(status, "slow down").header("Retry-After", "3600"));
        installation.startWorker();

        String id = installation.ask("Hi");

        Event failed = events.awaitFailed(id, "ollama_busy");
        assertThat(failed.at("/error/details/retry_after_ms").asLong()).isEqualTo(3_600_000);
        assertThat(failed.at("/retryable").asBoolean()).isTrue();
        assertThat(events.of(id, "waiting")).isEmpty();
    }

    @Test
    void aRetryAfterOfMoreThanAMinuteEndsATrialToo() {
        RecordedEvents events = installation.events();
        ScriptedAnswer later = ScriptedAnswer.error(429, "slow down").header("Retry-After", "3600");
        installation.ollama().answers(later, later, ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_BREAKER", "1");
        events.awaitFailed(installation.ask("one"), "ollama_busy");

        String trial = installation.ask("two");

        assertThat(events.awaitFailed(trial, "ollama_busy")
                        .at("/error/details/retry_after_ms")
                        .asLong())
                .isEqualTo(3_600_000);
        events.awaitCompleted(installation.ask("three"));
    }

    static List<Named<ScriptedAnswer>> answersThatSayNothing() {
        String done = "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"load\"}";
        return List.of(
                Named.of("only loaded", ScriptedAnswer.status(200, "application/json", done)),
                Named.of("nothing", ScriptedAnswer.status(200, "application/x-ndjson", "")),
                Named.of("blank lines", ScriptedAnswer.status(200, "application/x-ndjson", "\n\r\n")));
    }

    @ParameterizedTest
    @MethodSource("answersThatSayNothing")
    void anAnswerThatSaysNothingIsTriedAgainAndThenTruncated(ScriptedAnswer nothing) {
        RecordedEvents events = installation.events();
        installation.ollama().answers(nothing, ScriptedAnswer.saying("Hello"), nothing, nothing);
        installation.startWorker("CHAT_MAX_ATTEMPTS", "2");

        assertThat(events.awaitCompleted(installation.ask("one")).attempt()).isEqualTo(2);
        Event failed = events.awaitFailed(installation.ask("two"), "stream_truncated");

        assertThat(failed.at("/error/details/attempts").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            400 | {"error":"prompt too long; exceeded max context length by 540451 tokens (ref: 1)"}
            500 | {"error":{"message":"This model's maximum context length is 8 tokens."}}
            400 | {"error":"400: {\\"error\\":{\\"type\\":\\"exceed_context_size_error\\"}}"}
            413 | the input token count exceeds the maximum number of tokens allowed
            200 | {"error":"prompt is too long: 9 tokens > 8 maximum"}
            """)
    void aPromptThatIsTooLongLosesItsOldestRoundsInWhoseverWordsItIsTold(int status, String body) {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.status(status, "application/json", body), ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_MAX_ATTEMPTS", "1");

        Event completed = events.awaitCompleted(installation.send(Ask.message("And now?")
                .with(
                        "messages",
                        List.of(
                                Map.of("role", "user", "content", "first"),
                                Map.of("role", "assistant", "content", "answer")))));

        assertThat(completed.at("/history_dropped").asInt()).isEqualTo(2);
    }

    // The breaker.

    @Test
    void aRequestThatNeverReachedOllamaDoesNotBreakTheRow() {
        RecordedEvents events = installation.events();
        ScriptedAnswer broken = ScriptedAnswer.error(500, "llama runner process has terminated");
        installation.ollama().answers(broken, broken, ScriptedAnswer.saying("Hello"));
        TestWorker worker = installation.startWorker("CHAT_BREAKER", "2", "CHAT_MAX_ATTEMPTS", "1");
        events.awaitFailed(installation.ask("one"), "ollama_error");
        events.awaitFailed(installation.send(Ask.message("Hi").with("stream", "yes")), "invalid_request");
        events.awaitFailed(installation.ask("two"), "ollama_error");

        Waits.until("a worker that pauses", () -> reason(worker).contains("the last 2 requests failed"));
        events.awaitCompleted(installation.ask("three"));
    }

    private void assertNothingDeadLettered() {
        assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                .isZero();
    }

    private static JsonNode ollama(TestWorker worker) {
        return worker.json("/actuator/health").at("/components/ollama");
    }

    private static String reason(TestWorker worker) {
        return ollama(worker).at("/details/reason").asString("");
    }
}
