package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.standin.Exchanges;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every code of the contract, reached as services reach it: a new one does not compile before it has its case here. */
class EveryErrorCodeTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @ParameterizedTest
    @EnumSource
    void aRequestFailsWithItsCodeAndIsKept(ErrorCode code) {
        installation.events();
        String id;
        try (CapturedLog log = new CapturedLog()) {
            id = fail(code);
            Event failed = installation.events().awaitFailed(id, code.wire());
            installation.events().assertGapless(id);
            assertThat(failed.at("/retryable").asBoolean()).isEqualTo(code.retryable());
            assertThat(failed.text("/error/message")).isNotBlank();
            assertThat(failed.at("/error/details").isObject()).isTrue();
            assertThat(log.lines()).noneMatch(line -> line.contains("Xyzzy"));
        }
        if (code == ErrorCode.OLLAMA_UNAVAILABLE) {
            installation.closeWorkers();
            assertThat(installation.queues().waiting(installation.topology().deadLetters()))
                    .isZero();
            return;
        }
        GetResponse letter = installation.awaitKept(code);
        assertThat(letter.getProps().getHeaders().get("x-failure-code")).hasToString(code.wire());
        assertThat(Json.of(letter.getBody()).path("request_id").asString()).isEqualTo(id);
        installation.closeWorkers();
        assertThat(installation.queues().waiting(installation.topology().deadLetters())
                        + installation.queues().waiting(installation.topology().rejected()))
                .isZero();
    }

    private String fail(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST -> refused(question().with("stream", "yes"));
            case MESSAGE_TOO_LONG -> refused(question().with("message", "x".repeat(201)));
            // Not even looked at, so that only its properties name it.
            case REQUEST_TOO_LARGE ->
                refused(question()
                        .with("system", "x".repeat(70_000))
                        .with("request_id", "large")
                        .properties(new BasicProperties.Builder().messageId("large")));
            case AGENT_NOT_FOUND -> refused(question().with("agent", "nobody"));
            case MODEL_NOT_ALLOWED -> refused(question().with("model", "theirs"));
            case REPLY_TO_NOT_ALLOWED ->
                refused(question().replyTo(installation.topology().requests()));
            case UNSUPPORTED_BY_MODEL ->
                refused(question()
                        .with("messages", List.of(Map.of("role", "user", "images", List.of("aGk="))))
                        .without("message"));
            case ANSWER_TOO_LARGE -> answered(ScriptedAnswer.saying("x".repeat(5_000)));
            case MODEL_NOT_FOUND -> answered(recorded("model-not-found"));
            case CONTEXT_LENGTH_EXCEEDED -> answered(recorded("context-exceeded"));
            case OLLAMA_REJECTED -> answered(recorded("option-wrong-type"));
            case OLLAMA_BUSY -> answered(ScriptedAnswer.error(503, "server busy, please try again."));
            case OLLAMA_ERROR -> answered(ScriptedAnswer.error(500, "llama runner process has terminated"));
            case STREAM_ERROR -> answered(recorded("runner-killed"));
            case STREAM_TRUNCATED -> answered(recorded("server-stopped"));
            case STREAM_STALLED -> answered(ScriptedAnswer.streaming().stall());
            case OLLAMA_UNAVAILABLE -> answered(ScriptedAnswer.closedBeforeHeaders());
            case DURATION_EXCEEDED ->
                answered(ScriptedAnswer.streaming().text("Hello").stall());
            case CRASH_LOOP -> deliveredTooOften();
            case INTERNAL_ERROR -> takenByABrokenWorker();
        };
    }

    private static Ask question() {
        return Ask.message("Xyzzy");
    }

    private static ScriptedAnswer recorded(String name) {
        return ScriptedAnswer.recorded(Exchanges.byName(name));
    }

    private TestWorker startWorker() {
        return installation.startWorker(
                "CHAT_MAX_ATTEMPTS", "1",
                "CHAT_MAX_MESSAGE_CHARS", "200",
                "CHAT_MAX_REQUEST_BYTES", "64KiB",
                "CHAT_MAX_EVENT_BYTES", "4KiB",
                "CHAT_MODELS_ALLOWED", "m",
                "CHAT_MAX_DELIVERIES", "1",
                "CHAT_MAX_DURATION", "2s",
                "OLLAMA_FIRST_TOKEN_TIMEOUT", "1s");
    }

    private String refused(Ask ask) {
        startWorker();
        return installation.send(ask);
    }

    private String answered(ScriptedAnswer answer) {
        installation.ollama().answers(answer);
        startWorker();
        return installation.send(question().with("when_unavailable", "fail").with("overflow", "error"));
    }

    /** As by a worker that it killed. */
    private String deliveredTooOften() {
        startWorker().close();
        String id = installation.send(question());
        installation.queues().awaitWaiting(installation.topology().requests(), 1);
        // Ends with its channel, unacknowledged.
        installation
                .queues()
                .with(channel -> channel.basicGet(installation.topology().requests(), false));
        installation.queues().awaitWaiting(installation.topology().requests(), 1);
        startWorker();
        return id;
    }

    /** Without its timer no chat can be limited, so none is begun. */
    private String takenByABrokenWorker() {
        startWorker().part(ScheduledExecutorService.class).shutdownNow();
        return installation.send(question());
    }
}
