package io.chatworker.worker.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code ops/prometheus/rules.yml}. */
record AlertRules(JsonNode document) {

    static final Path FOLDER = Path.of("..", "ops", "prometheus");

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Pattern MINUTES = Pattern.compile("(?<=[\\[ ])(\\d+)m(?=[\\],)\\s]|$)");
    private static final Pattern HOURS = Pattern.compile("(?<=[\\[ ])(\\d+)h(?=[\\],)\\s]|$)");
    private static final Pattern DAYS = Pattern.compile("(?<=[\\[ ])(\\d+)d(?=[\\],)\\s]|$)");

    static AlertRules read() {
        return new AlertRules(yaml("rules.yml"));
    }

    /** A file of the folder. */
    static JsonNode yaml(String file) {
        return YAML.readTree(text(FOLDER.resolve(file)));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rules of all groups in their order. */
    Stream<JsonNode> all() {
        return document.path("groups")
                .valueStream()
                .flatMap(group -> group.path("rules").valueStream());
    }

    List<JsonNode> alerts() {
        return all().filter(rule -> rule.has("alert")).toList();
    }

    List<String> alertNames() {
        return alerts().stream().map(rule -> rule.path("alert").asString()).toList();
    }

    List<String> records() {
        return all().filter(rule -> rule.has("record"))
                .map(rule -> rule.path("record").asString())
                .toList();
    }

    /** The rules in a hurry: a minute lasts a second, and an answer is late after 0.64 s. */
    String hurried() {
        return inSeconds(text(FOLDER.resolve("rules.yml"))).replace("le=\"10.24\"", "le=\"0.64\"");
    }

    /** Durations of expressions and waits, with a second for each minute. */
    static String inSeconds(String text) {
        String days = DAYS.matcher(text).replaceAll(found -> Integer.parseInt(found.group(1)) * 24 * 60 + "s");
        String hours = HOURS.matcher(days).replaceAll(found -> Integer.parseInt(found.group(1)) * 60 + "s");
        return MINUTES.matcher(hours).replaceAll("$1s");
    }
}
