package io.chatworker.worker.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The table of metrics in {@code ops/METRICS.md}, against the catalogue. */
class MetricsInDocsTest {

    private static final Path PAGE = Path.of("..", "ops", "METRICS.md");

    @Test
    void thePageHasEveryMetricInTheCataloguesOrderAndWords() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith("| name |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(Metric.values())
                        .map(MetricsInDocsTest::row)
                        .toList());
    }

    private static String row(Metric metric) {
        List<String> labels =
                metric.exposedLabels().stream().map(label -> "`" + label + "`").toList();
        return "| `%s` | %s | %s | %s |"
                .formatted(
                        metric.exposed(),
                        metric.kind().name().toLowerCase(Locale.ROOT),
                        String.join(", ", labels),
                        metric.meaning());
    }
}
