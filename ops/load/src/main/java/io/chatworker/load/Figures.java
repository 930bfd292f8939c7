package io.chatworker.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What earlier runs measured, out of their JSON. Rounds of different files are different rounds. */
final class Figures {

    /** No run has so many rounds. */
    private static final int ROUNDS = 10_000;

    private Figures() {}

    static List<Measured> read(List<Path> files) throws IOException {
        List<Measured> measured = new ArrayList<>();
        for (int file = 0; file < files.size(); file++) {
            for (JsonNode trial : json(files.get(file)).path("trials")) {
                measured.add(measured(trial, file * ROUNDS));
            }
        }
        return measured;
    }

    private static JsonNode json(Path file) throws IOException {
        try {
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new IOException(file + " is not what --json prints: " + e.getOriginalMessage(), e);
        }
    }

    private static Measured measured(JsonNode trial, int roundsBefore) {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            if (trial.has(metric.key)) {
                values.put(metric, trial.path(metric.key).asDouble());
            }
        }
        return new Measured(
                trial.path("scenario").asString(),
                trial.path("subject").asString(),
                roundsBefore + trial.path("repeat").asInt(),
                values);
    }
}
