package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpCheckTest {

    private final AtomicReference<HttpExchange> asked = new AtomicReference<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answers(String path, int status, String body, String... header) {
        server.createContext(path, exchange -> {
            asked.set(exchange);
            if (header.length > 0) {
                exchange.getResponseHeaders().add(header[0], header[1]);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private Run check(Map<String, String> environment, String path) {
        return Run.of(
                environment,
                "",
                "check",
                "ollama",
                "127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Test
    void aVersionBelowABasePathIsFoundAndKeyAndHeadersAreSent() {
        answers("/base/api/version", 200, "{\"version\":\"0.34.2\"}");

        Run run = check(
                Map.of("OLLAMA_API_KEY", "k-1", "OLLAMA_HEADERS", "X-Token: t-1|X-Token: t-2 | Host: elsewhere"),
                "/base");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("0.34.2");
        assertThat(asked.get().getRequestHeaders().get("Authorization")).containsExactly("Bearer k-1");
        assertThat(asked.get().getRequestHeaders().get("X-token")).containsExactlyInAnyOrder("t-1", "t-2");
    }

    @Test
    void aRedirectIsToldWithTheAddressItNamesAndNotFollowed() {
        answers("/api/version", 301, "", "Location", "https://ollama.example/api/version");

        Run run = check(Map.of(), "");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err())
                .contains("redirects to https://ollama.example/api/version (status 301)", "Set OLLAMA_HOST");
    }

    @Test
    void aKeyThatIsRejectedAndWhatIsNoOllamaAreToldApart() {
        answers("/api/version", 403, "no");
        assertThat(check(Map.of(), "").err()).contains("rejects the key", "OLLAMA_API_KEY or OLLAMA_HEADERS");

        answers("/page/api/version", 200, "<html>hello</html>");
        assertThat(check(Map.of(), "/page").err()).contains("is not Ollama (status 200)");

        answers("/gone/api/version", 404, "");
        assertThat(check(Map.of(), "/gone").err()).contains("is not Ollama (status 404)");
    }

    @Test
    void headersThatCannotBeUsedAreToldWithoutTheirValue() {
        Run run = check(Map.of("OLLAMA_HEADERS", "secret"), "");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("OLLAMA_HEADERS must be headers as").doesNotContain("secret");
    }
}
