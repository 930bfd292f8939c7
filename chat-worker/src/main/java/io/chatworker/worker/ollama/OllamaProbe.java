package io.chatworker.worker.ollama;

import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks Ollama whether it is there, by the cheapest question it answers ({@code GET /api/version}). */
public final class OllamaProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long MAX_BYTES = 64 * 1024;

    /**
     * What the question brought.
     *
     * @param up whether Ollama answered
     * @param detail Ollama's version, or why there was no answer
     */
    public record Finding(boolean up, String detail) {}

    private final OllamaClient client;
    private final OkHttpClient http;

    public OllamaProbe(OllamaClient client) {
        this.client = client;
        this.http = client.quick(TIMEOUT);
    }

    /** Asks once, waiting for some seconds at most. */
    public Finding ask() {
        try (Response response =
                http.newCall(client.request("api/version").build()).execute()) {
            if (response.code() != 200) {
                return new Finding(false, "answered " + response.code() + " at " + client.host());
            }
            return new Finding(true, version(response.body()));
        } catch (SSLException e) {
            return new Finding(
                    false,
                    "no TLS at " + client.host() + " (" + e.getMessage() + "): check OLLAMA_HOST and OLLAMA_CA_FILE");
        } catch (IOException | RuntimeException e) {
            // Nothing that an answer may hold is to end whoever keeps asking.
            return new Finding(false, "no answer at " + client.host());
        }
    }

    private String version(ResponseBody body) throws IOException {
        body.source().request(MAX_BYTES);
        try {
            JsonNode answer = client.json().readTree(body.source().getBuffer().readUtf8());
            return answer.path("version").asString("unknown")
                    + (answer.path("stand_in").asBoolean(false) ? " (a stand-in that plays recordings)" : "");
        } catch (JacksonException | NumberFormatException e) {
            return "unknown";
        }
    }
}
