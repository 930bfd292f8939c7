package io.chatworker.standin;

import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** Chooses the answer for path and method: that of Ollama, as far as the stand-in has it. */
final class Endpoints {

    private static final Map<String, String> METHODS = Map.of(
            "/", "GET, HEAD",
            "/api/version", "GET, HEAD",
            "/api/tags", "GET, HEAD",
            "/api/ps", "GET",
            "/api/show", "POST",
            "/api/pull", "POST",
            "/api/chat", "POST");

    private final ChatEndpoint chat;
    private final ModelList models;

    Endpoints(StandInSettings settings) {
        models = new ModelList(settings);
        chat = new ChatEndpoint(models, settings.strictModels());
    }

    Answer answer(Request request) {
        var methods = METHODS.get(request.path());
        if (methods == null) {
            return Answer.recorded("path-unknown");
        }
        if (!methods.startsWith(request.method()) && !methods.endsWith(", " + request.method())) {
            return Answer.methodNotAllowed(methods);
        }
        return switch (request.path()) {
            case "/api/chat" -> chat.answer(request.body());
            case "/api/show" -> show(request.body());
            case "/api/pull" -> pull(request.body());
            case "/api/tags" -> models.tags();
            case "/api/ps" -> models.loaded();
            case "/api/version" -> version();
            default -> Answer.text(200, "Ollama is running");
        };
    }

    private Answer show(String body) {
        return model(body).map(models::show).orElseGet(() -> Answer.recorded("body-not-json"));
    }

    private Answer pull(String body) {
        return model(body)
                .map(model -> models.pull(model, Json.parse(body).path("stream").asBoolean(true)))
                .orElseGet(() -> Answer.recorded("body-not-json"));
    }

    // "name" is the old name of the key, which Ollama still accepts.
    private static Optional<String> model(String body) {
        try {
            var root = Json.parse(body);
            return Optional.of(root.path("model").asString(root.path("name").asString("")));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Answer version() {
        var version = Json.object()
                .put("version", "0.0.0-stand-in")
                .put("stand_in", true)
                .put("note", "plays recorded answers; no model runs here");
        return Answer.json(200, Json.write(version));
    }
}
