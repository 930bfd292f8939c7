package io.chatworker.worker.ollama;

import io.chatworker.worker.prompt.ModelRules;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What {@code /api/show} says of models, asked once a model and again when it is old. Its answers are large and load
 * nothing. What can not be learned is {@link ModelInfo#UNKNOWN}, which refuses nothing. Safe for any thread.
 */
public final class ModelCatalog {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RECHECK = Duration.ofMillis(100);
    static final Duration UNKNOWN_AGE = Duration.ofSeconds(30);
    static final Duration AGE = Duration.ofMinutes(5);
    private static final int MAX_MODELS = 1000;
    private static final int MAX_NAMES = 200;

    private record Entry(CompletableFuture<ModelInfo> info, Instant askedAt) {
        boolean isOld(Instant now) {
            boolean failed = info.isDone() && info.getNow(ModelInfo.UNKNOWN).equals(ModelInfo.UNKNOWN);
            return askedAt.plus(failed ? UNKNOWN_AGE : AGE).isBefore(now);
        }
    }

    private final OllamaClient client;
    private final OkHttpClient http;
    private final InstantSource clock;
    /** Guarded by this; the model asked for longest ago is the first to go. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    public ModelCatalog(OllamaClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
        this.http = client.quick(TIMEOUT);
    }

    /** Begins to ask about a model where nothing fresh is known, without waiting. */
    public synchronized void look(String model) {
        String name = ModelRules.canonical(model);
        Instant now = clock.instant();
        Entry known = entries.get(name);
        if (known != null && !known.isOld(now)) {
            return;
        }
        entries.remove(name);
        if (entries.size() >= MAX_MODELS) {
            entries.remove(entries.keySet().iterator().next());
        }
        CompletableFuture<ModelInfo> info = new CompletableFuture<>();
        entries.put(name, new Entry(info, now));
        Thread.startVirtualThread(() -> info.complete(show(model)));
    }

    /** What is known of a model, waiting some seconds for an answer that is on its way, or until {@code over}. */
    public ModelInfo info(String model, BooleanSupplier over) {
        CompletableFuture<ModelInfo> info = asked(model);
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!info.isDone() && System.nanoTime() < deadline && !over.getAsBoolean()) {
            await(info, RECHECK);
        }
        return info.getNow(ModelInfo.UNKNOWN);
    }

    /** What is known of a model by now; an answer on its way is hardly waited for. */
    public ModelInfo known(String model) {
        CompletableFuture<ModelInfo> info = asked(model);
        await(info, RECHECK);
        return info.getNow(ModelInfo.UNKNOWN);
    }

    private CompletableFuture<ModelInfo> asked(String model) {
        look(model);
        synchronized (this) {
            Entry entry = entries.get(ModelRules.canonical(model));
            return entry == null ? CompletableFuture.completedFuture(ModelInfo.UNKNOWN) : entry.info;
        }
    }

    private static void await(CompletableFuture<ModelInfo> info, Duration wait) {
        try {
            var _ = info.get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // Then nothing is known.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The models that Ollama has ({@code /api/tags}), some hundred at most; empty where it does not tell. */
    public List<String> names() {
        try (Response response =
                http.newCall(client.request("api/tags").build()).execute()) {
            if (response.code() != 200) {
                return List.of();
            }
            List<String> names = new ArrayList<>();
            for (JsonNode model :
                    client.json().readTree(response.body().byteStream()).path("models")) {
                if (model.path("name").isString() && names.size() < MAX_NAMES) {
                    names.add(model.path("name").stringValue());
                }
            }
            return names;
        } catch (IOException | JacksonException | NumberFormatException e) {
            return List.of();
        }
    }

    private ModelInfo show(String model) {
        try (Response response = http.newCall(client.about("api/show", model)).execute()) {
            return response.code() == 200
                    ? read(client.json().readTree(response.body().byteStream()))
                    : ModelInfo.UNKNOWN;
        } catch (IOException | JacksonException | NumberFormatException e) {
            return ModelInfo.UNKNOWN;
        }
    }

    private static ModelInfo read(JsonNode shown) {
        JsonNode named = shown.path("capabilities");
        Set<String> capabilities = named.isArray()
                ? StreamSupport.stream(named.spliterator(), false)
                        .filter(JsonNode::isString)
                        .map(JsonNode::stringValue)
                        .collect(Collectors.toUnmodifiableSet())
                : null;
        JsonNode facts = shown.path("model_info");
        JsonNode length = facts.path(facts.path("general.architecture").asString("") + ".context_length");
        return new ModelInfo(
                capabilities == null || capabilities.isEmpty() ? null : capabilities,
                length.isIntegralNumber() ? length.longValue() : null);
    }
}
