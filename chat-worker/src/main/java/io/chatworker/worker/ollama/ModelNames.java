package io.chatworker.worker.ollama;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Which models Ollama has ({@code /api/tags}), a few hundred at most, as last known. Safe for any thread. */
final class ModelNames {

    static final Duration AGE = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MOST = 200;

    private final OllamaClient client;
    private final OkHttpClient http;
    private final InstantSource clock;

    // Guarded by this.
    private List<String> known = List.of();
    private CompletableFuture<List<String>> asked = CompletableFuture.completedFuture(known);
    private Instant askedAt = Instant.MIN;

    ModelNames(OllamaClient client, InstantSource clock) {
        this.client = client;
        this.http = client.quick(TIMEOUT);
        this.clock = clock;
    }

    /** The names, asked for again when they are old; those before where the answer takes longer than {@code wait}. */
    List<String> known(Duration wait) {
        try {
            return ask().get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return last();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return last();
        }
    }

    private synchronized List<String> last() {
        return known;
    }

    private synchronized CompletableFuture<List<String>> ask() {
        Instant now = clock.instant();
        if (asked.isDone() && askedAt.plus(AGE).isBefore(now)) {
            CompletableFuture<List<String>> answer = new CompletableFuture<>();
            asked = answer;
            askedAt = now;
            Thread.startVirtualThread(() -> answer.complete(remember(tags())));
        }
        return asked;
    }

    private synchronized List<String> remember(@Nullable List<String> named) {
        known = named == null ? known : named;
        return known;
    }

    /** Null where Ollama does not say. */
    private @Nullable List<String> tags() {
        try (Response response =
                http.newCall(client.request("api/tags").build()).execute()) {
            if (response.code() != 200) {
                return null;
            }
            List<String> named = new ArrayList<>();
            for (JsonNode model :
                    client.json().readTree(response.body().byteStream()).path("models")) {
                if (model.path("name").isString() && named.size() < MOST) {
                    named.add(model.path("name").stringValue());
                }
            }
            return named;
        } catch (IOException | JacksonException | NumberFormatException e) {
            return null;
        }
    }
}
