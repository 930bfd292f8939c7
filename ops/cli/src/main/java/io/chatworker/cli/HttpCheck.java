package io.chatworker.cli;

import io.chatworker.cli.view.Json;
import io.chatworker.client.Tls;
import io.chatworker.settings.OllamaHeader;
import io.chatworker.settings.OllamaHost;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks Ollama for its version, or the worker for its health. */
final class HttpCheck {

    private HttpCheck() {}

    /** The answer of {@code /api/version} at this {@code OLLAMA_HOST}, read by the worker's rules. */
    static String ollama(String address, Map<String, String> environment) {
        String where = base(address);
        try {
            HttpGet.Answer answer = HttpGet.ask(where + "api/version", headers(environment), tls(environment));
            if (answer.status() / 100 == 3 && answer.location() != null) {
                throw new Trouble(
                        "What answers at " + where + " redirects to " + answer.location() + " (status "
                                + answer.status() + ").",
                        "Set OLLAMA_HOST to Ollama's own address: neither this program nor the worker follows.");
            }
            if (answer.status() == 401 || answer.status() == 403) {
                throw new Trouble(
                        "Ollama at " + where + " rejects the key.", "Correct OLLAMA_API_KEY or OLLAMA_HEADERS.");
            }
            if (answer.status() != 200 || !answer.body().contains("version")) {
                throw new Trouble(
                        "What answers at " + where + " is not Ollama (status " + answer.status() + ").",
                        "Correct OLLAMA_HOST, or start Ollama there.");
            }
            return answer.body().strip();
        } catch (SocketTimeoutException e) {
            throw new Trouble(
                    "Ollama at " + where + " does not answer within " + HttpGet.LIMIT_SECONDS + " s.",
                    "Check that the host is up and reachable, or correct OLLAMA_HOST.",
                    e);
        } catch (ConnectException e) {
            throw new Trouble(
                    "No Ollama listens at " + where + ".",
                    "Start it (ollama serve) or correct OLLAMA_HOST; left unset, ops/chat looks for one itself.",
                    e);
        } catch (SSLException e) {
            throw new Trouble(
                    "TLS with Ollama at " + where + " failed: " + e.getMessage() + ".",
                    "Correct OLLAMA_HOST, or name the authority's certificate in OLLAMA_CA_FILE.",
                    e);
        } catch (IOException e) {
            throw new Trouble(
                    "Ollama at " + where + " cannot be asked (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + ").",
                    "Correct OLLAMA_HOST, or look at Ollama's log.",
                    e);
        }
    }

    private static String base(String address) {
        try {
            return OllamaHost.parse(address).toString();
        } catch (IllegalArgumentException e) {
            throw new Trouble("OLLAMA_HOST is not an address.", "Write it as " + e.getMessage() + ".", e);
        }
    }

    /** What the worker would send, but for the host's name, which this client sets itself. */
    private static List<OllamaHeader> headers(Map<String, String> environment) {
        List<OllamaHeader> headers = new ArrayList<>();
        String apiKey = environment.getOrDefault("OLLAMA_API_KEY", "");
        if (!apiKey.isBlank()) {
            headers.add(new OllamaHeader("Authorization", "Bearer " + apiKey.strip()));
        }
        try {
            headers.addAll(OllamaHeader.parse(environment.getOrDefault("OLLAMA_HEADERS", "")));
        } catch (IllegalArgumentException e) {
            throw Trouble.of("OLLAMA_HEADERS must be " + e.getMessage(), "correct it and run this again");
        }
        headers.removeIf(header -> header.name().equalsIgnoreCase("Host"));
        return headers;
    }

    private static @Nullable Tls tls(Map<String, String> environment) {
        return Tls.from(environment, "OLLAMA_CA_FILE", problem -> {
            throw Trouble.of(problem, "correct it and run this again");
        });
    }

    /** Each part of the worker's health with its reason, one per line. */
    static String health(String port) {
        try {
            HttpGet.Answer answer = HttpGet.ask("http://127.0.0.1:" + port + "/actuator/health", List.of(), null);
            JsonNode components =
                    Json.tree(answer.body().getBytes(StandardCharsets.UTF_8)).path("components");
            StringBuilder lines = new StringBuilder("The worker's health:");
            components
                    .properties()
                    .forEach(part -> lines.append("\n    ")
                            .append(part.getKey())
                            .append(": ")
                            .append(part.getValue().path("status").asString(""))
                            .append(' ')
                            .append(part.getValue().path("details")));
            return lines.toString();
        } catch (IOException | JacksonException e) {
            return "The worker's management port " + port + " does not answer.";
        }
    }
}
