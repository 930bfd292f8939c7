package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.chatworker.worker.testing.TestBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Private authorities for the broker and for Ollama, in the variables of the worker. */
class TlsTest {

    @TempDir
    Path folder;

    private Run check(TlsDoor door, String host, String... variables) {
        String uri =
                TestBroker.shared().uri().replaceFirst("^amqp://([^@]*)@.*", "amqps://$1@" + host + ":" + door.port());
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return Run.of(environment, "", "check", "broker", uri);
    }

    private TlsDoor toBroker(boolean demandsCertificate) throws IOException {
        return new TlsDoor(URI.create(TestBroker.shared().uri()), folder, demandsCertificate);
    }

    @Test
    void aBrokerOfAPrivateAuthorityIsReachedWithItsCertificate() throws IOException {
        try (TlsDoor door = toBroker(false)) {
            assertThat(check(door, "localhost", "RABBITMQ_CA_FILE", door.file("ca.pem"))
                            .exitCode())
                    .isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void aBrokerThatAsksForACertificateIsShownOne() throws IOException {
        try (TlsDoor door = toBroker(true)) {
            Run without = check(door, "localhost", "RABBITMQ_CA_FILE", door.file("ca.pem"));
            assertThat(without.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(without.err()).contains("RABBITMQ_CERT_FILE");

            Run with = check(
                    door,
                    "localhost",
                    "RABBITMQ_CA_FILE",
                    door.file("ca.pem"),
                    "RABBITMQ_CERT_FILE",
                    door.file("client.pem"),
                    "RABBITMQ_KEY_FILE",
                    door.file("client.key"));
            assertThat(with.err()).isEmpty();
            assertThat(with.exitCode()).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void aBrokerThatNobodyVouchesForOrThatIsAnotherHostIsNotTrusted() throws IOException {
        try (TlsDoor door = toBroker(false)) {
            assertThat(check(door, "localhost").err()).contains("TLS with the broker", "RABBITMQ_CA_FILE");
            assertThat(check(door, "127.0.0.1", "RABBITMQ_CA_FILE", door.file("ca.pem"))
                            .err())
                    .contains("TLS with the broker", "ertificate is not for this host");
        }
    }

    @Test
    void aHostWithAnUnderscoreIsReachedAndItsNameIsCheckedToo() throws IOException {
        URI plain = URI.create(TestBroker.shared().uri());
        assertThat(Run.of(
                                Map.of(),
                                "",
                                "check",
                                "broker",
                                "amqp://" + plain.getRawUserInfo() + "@no_rabbit:1, amqp://" + plain.getRawUserInfo()
                                        + "@my_rabbit:" + plain.getPort() + "/")
                        .err())
                .isEmpty();
        try (TlsDoor door = toBroker(true)) {
            String[] files = {
                "RABBITMQ_CA_FILE",
                door.file("ca.pem"),
                "RABBITMQ_CERT_FILE",
                door.file("client.pem"),
                "RABBITMQ_KEY_FILE",
                door.file("client.key")
            };
            Run right = check(door, "my_server", files);
            assertThat(right.err()).isEmpty();
            assertThat(right.exitCode()).isEqualTo(ExitCode.OK);

            assertThat(check(door, "other_server", files).err())
                    .contains("TLS with the broker at other_server:", "ertificate is not for this host");
            assertThat(check(door, "my_server").err()).contains("TLS with the broker", "RABBITMQ_CA_FILE");
        }
    }

    @Test
    void aFileThatIsNoneIsToldByItsVariable() throws IOException {
        try (TlsDoor door = toBroker(false)) {
            Run nowhere = check(door, "localhost", "RABBITMQ_CA_FILE", door.file("nowhere.pem"));
            assertThat(nowhere.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(nowhere.err()).contains("RABBITMQ_CA_FILE", "cannot be read");

            Run alone = check(door, "localhost", "RABBITMQ_KEY_FILE", door.file("client.key"));
            assertThat(alone.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(alone.err()).contains("RABBITMQ_CERT_FILE");
        }
    }

    @Test
    void anOllamaOfAPrivateAuthorityIsAskedWithItsCertificate() throws IOException {
        HttpServer ollama = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ollama.createContext("/api/version", exchange -> {
            byte[] body = "{\"version\":\"0.34.2\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        ollama.start();
        URI address = URI.create("http://127.0.0.1:" + ollama.getAddress().getPort());
        try (TlsDoor door = new TlsDoor(address, folder, false)) {
            String host = "https://localhost:" + door.port();

            Run untrusted = Run.of(Map.of(), "", "check", "ollama", host);
            assertThat(untrusted.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(untrusted.err()).contains("TLS with Ollama", "OLLAMA_CA_FILE");

            Run trusted = Run.of(Map.of("OLLAMA_CA_FILE", door.file("ca.pem")), "", "check", "ollama", host);
            assertThat(trusted.err()).isEmpty();
            assertThat(trusted.out()).contains("0.34.2");

            Map<String, String> authority = Map.of("OLLAMA_CA_FILE", door.file("ca.pem"));
            Run named = Run.of(authority, "", "check", "ollama", "https://my_server:" + door.port());
            assertThat(named.err()).isEmpty();
            assertThat(named.out()).contains("0.34.2");
            for (String other : List.of("other_server", "127.0.0.1")) {
                assertThat(Run.of(authority, "", "check", "ollama", "https://" + other + ":" + door.port())
                                .err())
                        .contains("TLS with Ollama at https://" + other);
            }
            Run plain = Run.of(
                    Map.of(),
                    "",
                    "check",
                    "ollama",
                    "my_ollama:" + ollama.getAddress().getPort());
            assertThat(plain.out()).contains("0.34.2");
        } finally {
            ollama.stop(0);
        }
    }
}
