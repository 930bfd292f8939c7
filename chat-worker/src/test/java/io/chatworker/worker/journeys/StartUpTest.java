package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker starts in any order with its broker, and says what it waits for. */
class StartUpTest {

    @RegisterExtension
    static final Installation installation = Installation.onBreakableBroker();

    @AfterEach
    void closeWorkers() {
        installation.closeWorkers();
    }

    @Test
    void aWorkerThatIsThereBeforeItsBrokerWaitsForItAndSaysSo() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        installation.broker().rabbitmqctl("suspend_listeners");
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker = installation.beginWorker();

            awaitTold(log, "no broker at ", "check RABBITMQ_URI; trying again in");
            assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(worker.get("/actuator/health/liveness").statusCode()).isEqualTo(200);

            installation.broker().rabbitmqctl("resume_listeners");
            worker.ready();
            events.awaitCompleted(installation.ask("Hi"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "amqp://guest:very-secret@HERE,   refused user 'guest': check user and password in RABBITMQ_URI",
        "amqp://nobody:very-secret@HERE,  refused user 'nobody': check user and password in RABBITMQ_URI",
        "amqp://guest:guest@HERE/nowhere, refused vhost 'nowhere' (530 NOT_ALLOWED",
        "amqp://u:very-secret@no.invalid, no host is known as 'no.invalid': check the host in RABBITMQ_URI",
        "amqps://u:very-secret@HERE,      no TLS with the broker at HERE",
    })
    void whatIsWrongWithTheAddressIsToldWithoutThePassword(String uri, String words) {
        String here = installation.broker().uri().replaceFirst(".*@", "");
        try (CapturedLog log = new CapturedLog()) {
            TestWorker worker = installation.beginWorker("RABBITMQ_URI", uri.replace("HERE", here));

            String told = words.replace("HERE", here);
            awaitTold(log, told, "RABBITMQ_URI", "trying again in");
            Waits.until(
                    () -> "a health that tells '" + told + "', not "
                            + worker.get("/actuator/health").body(),
                    () -> worker.get("/actuator/health").body().contains(told));
            assertThat(worker.get("/actuator/health").body()).doesNotContain("very-secret");
            assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(log.lines()).noneMatch(line -> line.contains("very-secret"));
        }
    }

    @Test
    void ofSeveralNodesEachIsToldUntilOneTakesTheWorker() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        String here = installation.broker().uri();
        String wrong = here.replace("guest:guest", "guest:very-secret");
        try (CapturedLog log = new CapturedLog()) {
            TestWorker refused = installation.beginWorker("RABBITMQ_URI", wrong + ",amqp://no.invalid");
            awaitTold(log, "refused user 'guest'", "; no host is known as 'no.invalid'");
            refused.close();

            installation.startWorker("RABBITMQ_URI", wrong + "," + here);
            events.awaitCompleted(installation.ask("Hi"));
        }
    }

    private static void awaitTold(CapturedLog log, String... words) {
        Waits.until(
                () -> String.join(" … ", words) + " in the log, which has " + log.lines(),
                () -> log.lines().stream().anyMatch(line -> {
                    boolean all = line.startsWith("WARN");
                    for (String word : words) {
                        all &= line.contains(word);
                    }
                    return all;
                }));
    }
}
