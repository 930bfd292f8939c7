package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @BeforeEach
    void record() throws IOException {
        Guard.record(report(90, 100, 110), Map.of("cpus", "2"), expected());
    }

    @Test
    void aRunWithinTheSpreadPasses() throws IOException {
        assertThat(passes(report(95, 109, 130))).isTrue();
    }

    @Test
    void aMedianAboveTheHighestPairIsARegression() throws IOException {
        assertThat(passes(report(95, 111, 112))).isFalse();
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("1.11", "expected 1.00 (0.90 to 1.10)", "TOO HIGH");
    }

    @Test
    void onlyTheRatiosToTheRelaysAreKept() throws IOException {
        Guard.record(
                new Report(List.of(
                        new Measured("100x20", "worker", 1, Map.of(Metric.CPU, 60.0)),
                        new Measured("100x20", "relay", 1, Map.of(Metric.CPU, 100.0)),
                        new Measured("100x20", "spring", 1, Map.of(Metric.CPU, 200.0)),
                        new Measured("100x20", "mine", 1, Map.of(Metric.CPU, 50.0)))),
                Map.of(),
                expected());

        assertThat(Files.readString(expected())).contains("relay").doesNotContain("spring", "mine");
    }

    @Test
    void aRunThatHasNothingToCompareIsAnError() {
        Report other = new Report(List.of(new Measured("300x10", "worker", 1, Map.of(Metric.CPU, 1.0))));

        assertThatThrownBy(() -> passes(other)).isInstanceOf(IOException.class).hasMessageContaining("no ratio");
    }

    @Test
    void whatARunPrintedCanBeReadAgain() throws IOException {
        Path figures = folder.resolve("figures.json");
        Files.writeString(figures, report(90, 100).json(Map.of("cpus", "2")));

        Report twice = new Report(Figures.read(List.of(figures, figures)));

        assertThat(twice.values("100x20", "worker", Metric.CPU)).containsExactly(90.0, 100.0, 90.0, 100.0);
        assertThat(twice.ratio("100x20", new Report.Ratio("worker", "relay"))).containsEntry(Metric.CPU, 0.95);
    }

    private boolean passes(Report report) throws IOException {
        return Guard.passes(report, expected(), new PrintStream(shown, true, StandardCharsets.UTF_8));
    }

    private Path expected() {
        return folder.resolve("expected.json");
    }

    /** A relay that costs 100, and a worker that costs so much in each round. */
    private static Report report(double... worker) {
        List<Measured> all = new ArrayList<>();
        for (int round = 0; round < worker.length; round++) {
            all.add(new Measured("100x20", "worker", round, Map.of(Metric.CPU, worker[round])));
            all.add(new Measured("100x20", "relay", round, Map.of(Metric.CPU, 100.0)));
        }
        return new Report(all);
    }
}
