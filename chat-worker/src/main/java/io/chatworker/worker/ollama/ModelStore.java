package io.chatworker.worker.ollama;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

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
                // Where something else does not pass the question on, requests will show.
                case 404, 405 ->
                    !ErrorAnswer.of(response, "api/show", client.json()).isOllamas();
                default -> throw new IOException("Ollama answered " + response.code() + " to /api/show");
            };
        }
    }

    /**
     * Fetches a model ({@code /api/pull}); what came before is not fetched again.
     *
     * @param progress is given each step in words as it begins, and every few seconds how far a long one is
     * @throws IOException where it did not end with success: Ollama reports a failure in the stream, under status 200
     */
    public void pull(String model, Consumer<String> progress) throws IOException {
        try (Response response =
                patient.newCall(client.about("api/pull", model)).execute()) {
            LineReader lines = new LineReader(response.body().source());
            String last = "";
            long toldAt = 0;
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                JsonNode news = parse(line, response.code());
                String status = news.path("status").asString("");
                if (!status.equals(last) || System.nanoTime() - toldAt > BETWEEN_NEWS.toNanos()) {
                    toldAt = System.nanoTime();
                    progress.accept(words(ErrorBody.readable(status), news));
                }
                last = status;
            }
            if (!last.equals("success")) {
                throw new IOException("it ended without success");
            }
        }
    }

    /**
     * Loads a model into memory, which may take minutes.
     *
     * @param numCtx the context that requests will ask for: with another one Ollama would load the model again
     * @throws IOException where it was not loaded
     */
    public void load(String model, long numCtx) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", model);
        body.putObject("options").put("num_ctx", numCtx);
        try (Response response =
                patient.newCall(client.posted("api/chat", body)).execute()) {
            byte[] line = new LineReader(response.body().source()).next();
            if (line == null || !parse(line, response.code()).path("done").asBoolean(false)) {
                throw new IOException("Ollama answered " + response.code());
            }
        }
    }

    /** One line of an answer; throws where it tells of a failure. */
    private JsonNode parse(byte[] line, int status) throws IOException {
        try {
            JsonNode news = client.json().readTree(line);
            if (!news.has("error")) {
                return news;
            }
        } catch (JacksonException | NumberFormatException e) {
            throw new IOException("Ollama answered " + status + " and no JSON", e);
        }
        throw new IOException("Ollama: "
                + ErrorBody.of(new String(line, StandardCharsets.UTF_8), client.json())
                        .text());
    }

    private static String words(String status, JsonNode news) {
        long total = news.path("total").asLong(0);
        return total <= 0 ? status : status + " " + news.path("completed").asLong(0) * 100 / total + " %";
    }
}
