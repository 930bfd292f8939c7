package io.chatworker.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks Ollama for its version, and the worker for its health. */
final class HttpCheck {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private HttpCheck() {}

    /** What {@code /api/version} says. */
    static String ollama(URI base, String apiKey) throws InterruptedException {
        String where = base.getScheme() + "://" + base.getAuthority() + base.getPath();
        try {
            HttpResponse<String> answer = get(URI.create(base + "/api/version"), apiKey);
            if (answer.statusCode() == 401 || answer.statusCode() == 403) {
                throw new Trouble("Ollama at " + where + " refuses the key.", "Correct OLLAMA_API_KEY.");
            }
            if (answer.statusCode() != 200 || !answer.body().contains("version")) {
                throw new Trouble(
                        "What answers at " + where + " is not Ollama (status " + answer.statusCode() + ").",
                        "Correct OLLAMA_HOST, or start Ollama there.");
            }
            return answer.body().strip();
        } catch (HttpTimeoutException e) {
            throw new Trouble(
                    "Ollama at " + where + " does not answer within " + LIMIT.toSeconds() + " s.",
                    "Check that the host is up and lets you in, or correct OLLAMA_HOST.",
                    e);
        } catch (ConnectException e) {
            throw new Trouble(
                    "No Ollama listens at " + where + ".",
                    "Start it (ollama serve) or correct OLLAMA_HOST; left unset, ops/chat looks for one itself.",
                    e);
        } catch (IOException e) {
            throw new Trouble(
                    "Ollama at " + where + " cannot be asked (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + ").",
                    "Correct OLLAMA_HOST, or look at Ollama's log.",
                    e);
        }
    }

    /** Each part of the worker's health with its reason, on a line. */
    static String health(String port) throws InterruptedException {
        try {
            HttpResponse<String> answer = get(URI.create("http://127.0.0.1:" + port + "/actuator/health"), "");
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

    private static HttpResponse<String> get(URI uri, String apiKey) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(LIMIT);
            if (!apiKey.isBlank()) {
                request.header("Authorization", "Bearer " + apiKey.strip());
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
