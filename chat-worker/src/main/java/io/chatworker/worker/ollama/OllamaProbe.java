package io.chatworker.worker.ollama;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks Ollama whether it is there, by the cheapest question it answers ({@code GET /api/version}). Whoever asks while
 * others wait to ask shares their answer, so that many failures at once are no storm of questions. Safe for any thread.
 */
final class OllamaProbe {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long MAX_BYTES = 64 * 1024;
    private static final String PATH = "api/version";

    private final OllamaClient client;
    private final OkHttpClient http;
    private final ReentrantLock asking = new ReentrantLock();

    // Guarded by asking: when the latest question was asked, and the first of those since which Ollama is found.
    private long askedAt = Long.MIN_VALUE;
    private long foundFrom;

    private volatile Finding latest = Finding.NOT_ASKED;

    OllamaProbe(OllamaClient client) {
        this.client = client;
        this.http = client.quick(TIMEOUT);
    }

    /** What a question brings that is asked from now on, waiting for some seconds at most. */
    Finding ask() {
        return askedAfter(System.nanoTime());
    }

    private Finding askedAfter(long now) {
        asking.lock();
        try {
            if (askedAt == Long.MIN_VALUE || askedAt - now < 0) {
                askedAt = System.nanoTime();
                Finding finding = question();
                foundFrom = finding.isFound() && latest.isFound() ? foundFrom : askedAt;
                latest = finding;
            }
            return latest;
        } finally {
            asking.unlock();
        }
    }

    /**
     * Asks whether Ollama is there, and was in every question since this time ({@link System#nanoTime()}). So an answer
     * that something else gave while Ollama came back is not taken for the fault of the request.
     */
    Finding.State foundSince(long time) {
        long now = System.nanoTime();
        asking.lock();
        try {
            Finding finding = askedAfter(now);
            return finding.isFound() && foundFrom - time > 0 ? Finding.State.NOT_FOUND : finding.state();
        } finally {
            asking.unlock();
        }
    }

    /** What the last question brought. */
    Finding latest() {
        return latest;
    }

    private Finding question() {
        try (Response response = http.newCall(client.request(PATH).build()).execute()) {
            return switch (response.code()) {
                case 200 -> version(response.body());
                case 404, 405 ->
                    new Finding(
                            Finding.State.BLIND,
                            answered(response) + ": whether Ollama is there shows only when it is asked to chat");
                case 401, 403 ->
                    Finding.notFound(answered(response) + ": check OLLAMA_HOST, OLLAMA_API_KEY and OLLAMA_HEADERS");
                default -> Finding.notFound(answered(response) + Redirect.advice(response, PATH));
            };
        } catch (SSLException e) {
            return Finding.notFound(
                    "no TLS at " + client.host() + " (" + e.getMessage() + "): check OLLAMA_HOST and OLLAMA_CA_FILE");
        } catch (IOException | RuntimeException e) {
            // Nothing that an answer may hold is to end whoever keeps asking.
            return Finding.notFound("no answer at " + client.host());
        }
    }

    private String answered(Response response) {
        return "/" + PATH + " answered " + response.code() + " at " + client.host();
    }

    private Finding version(ResponseBody body) throws IOException {
        body.source().request(MAX_BYTES);
        try {
            JsonNode answer = client.json().readTree(body.source().getBuffer().readUtf8());
            if (answer.path("version").isString()) {
                return Finding.found(answer.path("version").stringValue()
                        + (answer.path("stand_in").asBoolean(false) ? " (a stand-in that plays recordings)" : ""));
            }
        } catch (JacksonException | NumberFormatException e) {
            // It is no JSON.
        }
        return Finding.notFound("something other than Ollama answers at " + client.host());
    }
}
