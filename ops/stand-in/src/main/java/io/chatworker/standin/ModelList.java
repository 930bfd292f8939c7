package io.chatworker.standin;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The models that the stand-in lists. All look like the one whose exchanges were recorded. */
final class ModelList {

    // These models answer that they lack a capability, so they must not list it.
    private static final Set<String> PLAIN = Set.of("tools-unsupported", "think-unsupported", "image-unsupported");

    private static final ObjectNode INSTALLED = onlyModel("tags");
    private static final ObjectNode LOADED = onlyModel("ps");

    private final StandInSettings settings;

    ModelList(StandInSettings settings) {
        this.settings = settings;
    }

    /** Whether this model is on the list, ignoring case and the tag {@code :latest}. */
    boolean has(String model) {
        return listed().stream().anyMatch(listed -> full(listed).equals(full(model)));
    }

    Answer tags() {
        return models(INSTALLED);
    }

    Answer loaded() {
        return models(LOADED.deepCopy()
                .put("expires_at", Instant.now().plus(5, ChronoUnit.MINUTES).toString()));
    }

    Answer show(String model) {
        if (model.isEmpty()) {
            return Answer.recorded("model-missing");
        }
        if (lacks(model)) {
            return notFound(model);
        }
        var exchange = exchangeOf(model);
        var shown = Json.object().put("modelfile", "# plays recorded answers").put("template", "{{ .Prompt }}");
        shown.set("details", INSTALLED.get("details"));
        shown.putObject("model_info").put("general.architecture", "gemma3").put("gemma3.context_length", 32768);
        var capabilities = shown.putArray("capabilities").add("completion");
        if (!PLAIN.contains(exchange)) {
            capabilities.add("tools").add("thinking");
        }
        shown.set("modified_at", INSTALLED.get("modified_at"));
        return Answer.json(200, Json.write(shown));
    }

    /** Downloads nothing: a listed model is there already, and any other is in no registry. */
    Answer pull(String model, boolean stream) {
        if (model.isBlank()) {
            return Answer.json(400, Json.error("invalid model name"));
        }
        if (lacks(model)) {
            var error = Json.error("pull model manifest: file does not exist");
            return stream ? Answer.lines(List.of(status("pulling manifest"), error)) : Answer.json(500, error);
        }
        var success = status("success");
        return stream
                ? Answer.lines(List.of(
                        status("pulling manifest"),
                        status("verifying sha256 digest"),
                        status("writing manifest"),
                        success))
                : Answer.json(200, success);
    }

    private static String status(String text) {
        return Json.write(Json.object().put("status", text));
    }

    private boolean lacks(String model) {
        var exchange = exchangeOf(model);
        return exchange.equals("model-not-found")
                || (exchange.isEmpty() && !settings.models().isEmpty() && !has(model));
    }

    private static String exchangeOf(String model) {
        return Exchanges.ofModel(model).map(Exchange::name).orElse("");
    }

    static Answer notFound(String model) {
        return Answer.json(404, Json.error("model '" + model + "' not found"));
    }

    private Answer models(ObjectNode pattern) {
        var root = Json.object();
        var models = root.putArray("models");
        for (var name : listed()) {
            models.add(pattern.deepCopy().put("name", tagged(name)).put("model", tagged(name)));
        }
        return Answer.json(200, Json.write(root));
    }

    private List<String> listed() {
        return settings.models().isEmpty() ? List.of(StandInSettings.DEFAULT_MODEL) : settings.models();
    }

    private static String full(String model) {
        return tagged(model).toLowerCase(Locale.ROOT);
    }

    private static String tagged(String model) {
        return model.indexOf(':', model.lastIndexOf('/') + 1) < 0 ? model + ":latest" : model;
    }

    private static ObjectNode onlyModel(String exchange) {
        var body = Json.parse(Exchanges.byName(exchange).response().body());
        return (ObjectNode) body.at("/models/0");
    }
}
