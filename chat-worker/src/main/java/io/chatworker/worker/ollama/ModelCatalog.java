package io.chatworker.worker.ollama;

import io.chatworker.worker.prompt.ModelRules;
import io.chatworker.worker.stop.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What {@code /api/show} says of models, asked once for each model and again when the answer is old. The answers are
 * large; asking loads nothing. What cannot be learned is {@link ModelInfo#UNKNOWN}, which rejects no request. Safe for
 * any thread.
 */
public final class ModelCatalog {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MOMENT = Duration.ofMillis(100);
    /** Whoever asks for everything waits so long at most. */
    private static final Duration GLANCE = Duration.ofMillis(500);

    static final Duration UNKNOWN_AGE = Duration.ofSeconds(30);
    static final Duration AGE = Duration.ofMinutes(5);
    private static final int MAX_MODELS = 1000;

    /** {@code before}: what was known when this was asked for. */
    private record Entry(CompletableFuture<ModelInfo> info, Instant askedAt, ModelInfo before) {

        ModelInfo latest() {
            ModelInfo now = info.getNow(ModelInfo.UNKNOWN);
            return now.equals(ModelInfo.UNKNOWN) ? before : now;
        }

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

    private final ModelNames names;

    public ModelCatalog(OllamaClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
        this.http = client.quick(TIMEOUT);
        this.names = new ModelNames(client, clock);
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
        entries.put(name, new Entry(info, now, known == null ? ModelInfo.UNKNOWN : known.latest()));
        Thread.startVirtualThread(() -> info.complete(show(model)));
    }

    /** What is known of a model; waits some seconds for an answer that is on its way, but not beyond {@code over}. */
    public ModelInfo info(String model, StopSignal over) {
        CompletableFuture<ModelInfo> info = asked(model).copy();
        try (StopSignal.Registration _ = over.onStop(() -> info.complete(ModelInfo.UNKNOWN))) {
            return within(TIMEOUT, info);
        }
    }

    /** What is known of a model by now; waits hardly at all for an answer that is on its way. */
    public ModelInfo known(String model) {
        return within(MOMENT, asked(model));
    }

    /**
     * All models that Ollama has, a few hundred at most, and what is known of each, as last known: waits half a second for
     * answers that are on their way. Empty where Ollama never said.
     */
    public Map<String, ModelInfo> all() {
        Map<String, CompletableFuture<ModelInfo>> asked = new LinkedHashMap<>();
        names.known(GLANCE).forEach(name -> asked.put(name, asked(name)));
        try {
            CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                    .get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // What has come by now must do.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Map<String, ModelInfo> known = new LinkedHashMap<>();
        asked.keySet().forEach(name -> known.put(name, latest(name)));
        return known;
    }

    /** Whether Ollama is known to have it. Never asks and never waits. */
    public boolean isInstalled(String model) {
        return !latest(model).equals(ModelInfo.UNKNOWN);
    }

    private synchronized ModelInfo latest(String model) {
        Entry entry = entries.get(ModelRules.canonical(model));
        return entry == null ? ModelInfo.UNKNOWN : entry.latest();
    }

    private CompletableFuture<ModelInfo> asked(String model) {
        look(model);
        synchronized (this) {
            Entry entry = entries.get(ModelRules.canonical(model));
            return entry == null ? CompletableFuture.completedFuture(ModelInfo.UNKNOWN) : entry.info;
        }
    }

    private static ModelInfo within(Duration wait, CompletableFuture<ModelInfo> info) {
        try {
            return info.get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return ModelInfo.UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ModelInfo.UNKNOWN;
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
