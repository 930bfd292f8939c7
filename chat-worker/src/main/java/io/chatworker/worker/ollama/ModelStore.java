package io.chatworker.worker.ollama;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Ollama's models: whether one is there, fetching it, loading it. Blocking; safe for any thread. */
public final class ModelStore {

    private static final Duration ASKING = Duration.ofSeconds(5);
    private static final Duration BETWEEN_NEWS = Duration.ofSeconds(5);

    private final OllamaClient client;
    private final OkHttpClient quick;
    private final OkHttpClient patient;

    public ModelStore(OllamaClient client) {
        this.client = client;
        this.quick = client.quick(ASKING);
        this.patient = client.patient();
    }

    /**
     * Whether Ollama has the model.
     *
     * @throws IOException where it does not tell
     */
    public boolean has(String model) throws IOException {
        try (Response response = quick.newCall(client.about("api/show", model)).execute()) {
            return switch (response.code()) {
                case 200 -> true;
                case 404 -> false;
                default -> throw new IOException("Ollama answered " + response.code() + " to /api/show");
            };
        }
    }

    /**
     * Fetches a model ({@code /api/pull}); what came before is not fetched again.
     *
     * @param progress told now and then, in words
     * @throws IOException where it did not end with success: Ollama reports a failure in the stream, under status 200
     */
    public void pull(String model, Consumer<String> progress) throws IOException {
        try (Response response =
                patient.newCall(client.about("api/pull", model)).execute()) {
            LineReader lines = new LineReader(response.body().source());
            String last = "";
            long toldAt = 0;
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                JsonNode news = parse(line);
                if (news.has("error")) {
                    throw new IOException("pulling " + model + " failed: "
                            + news.path("error").asString(""));
                }
                last = news.path("status").asString("");
                if (System.nanoTime() - toldAt > BETWEEN_NEWS.toNanos() || toldAt == 0) {
                    toldAt = System.nanoTime();
                    progress.accept(words(last, news));
                }
            }
            if (!last.equals("success")) {
                throw new IOException("pulling " + model + " ended without success");
            }
        }
    }

    /**
     * Loads a model into memory, which may take minutes.
     *
     * @throws IOException where it was not loaded
     */
    public void load(String model) throws IOException {
        try (Response response =
                patient.newCall(client.about("api/chat", model)).execute()) {
            if (response.code() != 200
                    || !parse(response.body().bytes()).path("done").asBoolean(false)) {
                throw new IOException("Ollama answered " + response.code() + " to loading " + model);
            }
        }
    }

    private JsonNode parse(byte[] line) throws IOException {
        try {
            return client.json().readTree(line);
        } catch (JacksonException | NumberFormatException e) {
            throw new IOException("Ollama's answer is no JSON", e);
        }
    }

    private static String words(String status, JsonNode news) {
        long total = news.path("total").asLong(0);
        return total == 0 ? status : status + " " + news.path("completed").asLong(0) * 100 / total + " %";
    }
}
