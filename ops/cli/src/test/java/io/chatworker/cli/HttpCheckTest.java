package io.chatworker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check of Ollama, behind a proxy that demands a token. */
class HttpCheckTest {

    private HttpServer proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/api/version", exchange -> {
            boolean hasToken = "t-1".equals(exchange.getRequestHeaders().getFirst("X-Token"));
            byte[] body = (hasToken ? "{\"version\":\"0.33.0\"}" : "log in").getBytes(UTF_8);
            exchange.sendResponseHeaders(hasToken ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        proxy.start();
    }

    @AfterEach
    void stop() {
        proxy.stop(0);
    }

    @Test
    void theHeadersForOllamaGoWithTheQuestion() {
        assertThat(check("X-Token: t-1 | Host: elsewhere").out()).contains("0.33.0");
        assertThat(check("").err()).contains("rejects the key", "OLLAMA_HEADERS");
    }

    @Test
    void headersThatAreNoneAreNamedAndNotQuoted() {
        Run run = check("secret");

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.err()).contains("OLLAMA_HEADERS must be headers as").doesNotContain("secret");
    }

    private Run check(String headers) {
        String host = "127.0.0.1:" + proxy.getAddress().getPort();
        return Run.of(Map.of("OLLAMA_HEADERS", headers), "", "check", "ollama", host);
    }
}
