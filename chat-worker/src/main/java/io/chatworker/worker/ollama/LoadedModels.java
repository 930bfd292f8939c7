package io.chatworker.worker.ollama;

import io.chatworker.worker.prompt.ModelRules;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Which models Ollama has in memory ({@code /api/ps}). Those who ask at about the same time share one answer. Blocking;
 * safe for any thread.
 */
public final class LoadedModels {

    /** Ollama may keep the question waiting while it loads or unloads a model; then nothing is known. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final Duration FRESH = Duration.ofMillis(500);

    private final OllamaClient client;
    private final OkHttpClient http;

    // Guarded by this. Null where Ollama did not say.
    private @Nullable Set<String> loaded;
    private long askedAt = System.nanoTime() - FRESH.toNanos();

    public LoadedModels(OllamaClient client) {
        this.client = client;
        this.http = client.quick(TIMEOUT);
    }

    /** Whether Ollama says that it does not have the model in memory; false for models that run elsewhere. */
    public boolean lack(String model) {
        String name = ModelRules.canonical(model);
        if (ModelRules.isCloud(name)) {
            return false;
        }
        Set<String> names = loaded();
        return names != null && !names.contains(name);
    }

    private synchronized @Nullable Set<String> loaded() {
        if (System.nanoTime() - askedAt >= FRESH.toNanos()) {
            loaded = ask();
            askedAt = System.nanoTime();
        }
        return loaded;
    }

    private @Nullable Set<String> ask() {
        try (Response response = http.newCall(client.request("api/ps").build()).execute()) {
            JsonNode models = response.code() == 200
                    ? client.json().readTree(response.body().byteStream()).path("models")
                    : client.json().createObjectNode();
            return models.isArray()
                    ? models.valueStream()
                            .map(model ->
                                    ModelRules.canonical(model.path("name").asString("")))
                            .collect(Collectors.toUnmodifiableSet())
                    : null;
        } catch (IOException | JacksonException | NumberFormatException e) {
            return null;
        }
    }
}
