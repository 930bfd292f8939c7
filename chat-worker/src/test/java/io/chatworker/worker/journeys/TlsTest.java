package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Certificates;
import io.chatworker.worker.testing.FreePorts;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** TLS to a broker that demands it of both sides, and HTTPS to Ollama. */
class TlsTest {

    private static final Certificates CERTIFICATES = new Certificates();

    @RegisterExtension
    static final Installation installation = Installation.onPrivateBroker(CERTIFICATES.broker(true));

    @AfterEach
    void closeWorkers() {
        installation.closeWorkers();
    }

    private static String broker(String host) {
        return "amqps://guest:guest@" + host + ":" + installation.broker().tlsPort();
    }

    @Test
    void bothSidesShowTheirCertificatesWhileNodesWithoutTlsStayWithoutIt() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        installation.startWorker(
                "RABBITMQ_URI", "amqp://localhost:" + FreePorts.one() + "," + broker("localhost"),
                "RABBITMQ_CA_FILE", CERTIFICATES.file("ca.pem"),
                "RABBITMQ_CERT_FILE", CERTIFICATES.file("client.pem"),
                "RABBITMQ_KEY_FILE", CERTIFICATES.file("client.key"));

        events.awaitCompleted(installation.ask("Hi"));

        assertThat(installation.broker().rabbitmqctl("-q", "list_connections", "ssl", "peer_cert_subject"))
                .contains("true\tCN=client");
    }

    @Test
    void anAuthorityThatIsNotTrustedIsTold() {
        String other = new Certificates().file("ca.pem");

        assertTold("no trusted authority vouches for its certificate, check RABBITMQ_CA_FILE", "localhost");
        assertTold(
                "no trusted authority vouches for its certificate, check RABBITMQ_CA_FILE",
                "localhost",
                "RABBITMQ_CA_FILE",
                other);
    }

    @Test
    void aCertificateForAnotherHostIsTold() {
        assertTold(
                "its certificate is not for this host, check the host in RABBITMQ_URI",
                "127.0.0.1",
                "RABBITMQ_CA_FILE",
                CERTIFICATES.file("ca.pem"));
    }

    @Test
    void brokerAndOllamaMayHaveNamesWithAnUnderscore() {
        RecordedEvents events = installation.events();
        try (ScriptedOllama ollama = new ScriptedOllama(CERTIFICATES.serverSockets())) {
            ollama.answers(ScriptedAnswer.saying("Hello"));
            installation.startWorker(
                    "RABBITMQ_URI",
                    "amqp://no_rabbit:" + FreePorts.one() + "," + broker("my_server"),
                    "RABBITMQ_CA_FILE",
                    CERTIFICATES.file("ca.pem"),
                    "RABBITMQ_CERT_FILE",
                    CERTIFICATES.file("client.pem"),
                    "RABBITMQ_KEY_FILE",
                    CERTIFICATES.file("client.key"),
                    "OLLAMA_HOST",
                    ollama.host().replaceFirst("//[^:/]+", "//my_server"),
                    "OLLAMA_CA_FILE",
                    CERTIFICATES.file("ca.pem"));

            events.awaitCompleted(installation.ask("Hi"));
            assertThat(ollama.asked()).singleElement().satisfies(asked -> {
                assertThat(asked.request().getHandshake()).isNotNull();
                assertThat(asked.request().getHeaders().get("Host")).startsWith("my_server:");
            });
        }
    }

    @Test
    void aNameWithAnUnderscoreIsCheckedToo() {
        assertTold(
                "its certificate is not for this host, check the host in RABBITMQ_URI",
                "other_server",
                "RABBITMQ_CA_FILE",
                CERTIFICATES.file("ca.pem"),
                "RABBITMQ_CERT_FILE",
                CERTIFICATES.file("client.pem"),
                "RABBITMQ_KEY_FILE",
                CERTIFICATES.file("client.key"));
    }

    @Test
    void aCertificateThatTheBrokerMissesIsTold() {
        assertTold(
                "check RABBITMQ_CERT_FILE and RABBITMQ_KEY_FILE",
                "localhost",
                "RABBITMQ_CA_FILE",
                CERTIFICATES.file("ca.pem"));
    }

    private static void assertTold(String words, String host, String... variables) {
        try (CapturedLog log = new CapturedLog()) {
            String uri = broker(host).replace("guest:guest", "guest:very-secret");
            String[] all = java.util.Arrays.copyOf(variables, variables.length + 2);
            all[variables.length] = "RABBITMQ_URI";
            all[variables.length + 1] = uri;
            TestWorker worker = installation.beginWorker(all);

            Waits.until(
                    () -> "'" + words + "' in the log, which has " + log.lines(),
                    () -> log.lines().stream()
                            .anyMatch(line -> line.startsWith("WARN")
                                    && line.contains("no TLS with the broker at " + host)
                                    && line.contains(words)
                                    && line.contains("trying again in")));
            Waits.until(
                    () -> "a health that tells '" + words + "', not "
                            + worker.get("/actuator/health").body(),
                    () -> worker.get("/actuator/health").body().contains(words));
            assertThat(worker.get("/actuator/health").body()).doesNotContain("very-secret");
            assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(log.lines()).noneMatch(line -> line.contains("very-secret"));
            worker.close();
        }
    }

    @Test
    void ollamaIsAskedOverHttpsWithTheKey() {
        RecordedEvents events = installation.events();
        try (ScriptedOllama ollama = new ScriptedOllama(CERTIFICATES.serverSockets())) {
            ollama.answers(ScriptedAnswer.saying("Hello"));
            installation.startWorker(
                    "OLLAMA_HOST", ollama.host(),
                    "OLLAMA_CA_FILE", CERTIFICATES.file("ca.pem"),
                    "OLLAMA_API_KEY", "very-secret");

            assertThat(events.awaitCompleted(installation.ask("Hi")).text("/message/content"))
                    .isEqualTo("Hello");

            assertThat(ollama.asked()).singleElement().satisfies(asked -> {
                assertThat(asked.request().getHeaders().get("Authorization")).isEqualTo("Bearer very-secret");
                assertThat(asked.request().getHandshake()).isNotNull();
            });
        }
    }

    @Test
    void anOllamaThatIsNotTrustedIsNeitherAskedNorToldTheKey() {
        try (ScriptedOllama ollama = new ScriptedOllama(CERTIFICATES.serverSockets())) {
            TestWorker worker = installation.beginWorker("OLLAMA_HOST", ollama.host(), "OLLAMA_API_KEY", "very-secret");

            Waits.until(
                    "a health that tells",
                    () -> worker.get("/actuator/health").body().contains("check OLLAMA_HOST and OLLAMA_CA_FILE"));

            assertThat(worker.get("/actuator/health").body()).doesNotContain("very-secret");
            assertThat(worker.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
            assertThat(ollama.asked()).isEmpty();
        }
    }
}
