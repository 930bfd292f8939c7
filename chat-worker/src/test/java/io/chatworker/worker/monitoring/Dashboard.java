package io.chatworker.worker.monitoring;

import io.chatworker.worker.testing.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** {@code ops/grafana/dashboards/chat-worker.json}. */
record Dashboard(JsonNode document) {

    static final Path FILE = Path.of("..", "ops", "grafana", "dashboards", "chat-worker.json");

    static Dashboard read() {
        return new Dashboard(Json.of(AlertRules.text(FILE)));
    }

    /** Rows and panels, those in collapsed rows too. */
    List<JsonNode> panels() {
        return document.path("panels")
                .valueStream()
                .flatMap(panel ->
                        Stream.concat(Stream.of(panel), panel.path("panels").valueStream()))
                .toList();
    }

    /** The panels that show something. */
    Stream<JsonNode> shown() {
        return panels().stream().filter(panel -> !panel.path("type").asString().equals("row"));
    }

    /** Every expression it asks: of panels, of annotations and of the lists to choose from. */
    List<String> expressions() {
        Stream<String> ofPanels = shown().flatMap(panel -> panel.path("targets").valueStream())
                .map(target -> target.path("expr").asString());
        Stream<String> ofAnnotations = document.at("/annotations/list")
                .valueStream()
                .filter(annotation -> annotation.has("expr"))
                .map(annotation -> annotation.path("expr").asString());
        return Stream.concat(ofPanels, ofAnnotations).distinct().toList();
    }

    /** The variables that ask Prometheus what there is to choose. */
    Stream<JsonNode> choices() {
        return document.at("/templating/list")
                .valueStream()
                .filter(variable -> variable.path("type").asString().equals("query"));
    }
}
