package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawingTest {

    @TempDir
    private Path folder;

    @Test
    void subjectsBecomeBarsAndLatencyCurvesAndScenariosBecomeGrowth() throws Exception {
        new Drawing(new Report(List.of(
                        measured("100x20", "worker", 1, 40),
                        measured("100x20", "worker", 2, 44),
                        measured("100x20", "go-relay", 1, 50),
                        measured("1000x2", "worker", 1, 35),
                        measured("history-8k", "worker", 1, 35),
                        measured("history-64k", "worker", 1, 35))))
                .into(folder);

        assertThat(folder).isDirectoryContaining("glob:**/cost-100x20.svg");
        assertThat(Files.readString(folder.resolve("cost-100x20.svg"))).contains("<svg", "viewBox");
        assertThat(Files.readString(folder.resolve("latency-100x20.svg"))).contains("<svg");
        assertThat(Files.readString(folder.resolve("streams-cpu.svg"))).contains("<svg");
        assertThat(folder).isDirectoryContaining("glob:**/history-cpu.svg");
        assertThat(folder).isDirectoryNotContaining("glob:**/cost-1000x2.svg");
    }

    private static Measured measured(String scenario, String subject, int round, double cpu) {
        return new Measured(
                scenario,
                subject,
                round,
                Map.of(
                        Metric.CPU, cpu,
                        Metric.BROKER_CPU, 2 * cpu,
                        Metric.ANSWER_CPU, cpu / 10,
                        Metric.LATENCY_P50, 4.0,
                        Metric.LATENCY_P99, 9.5,
                        Metric.FIRST_P50, 4.0,
                        Metric.PEAK, 150.0));
    }
}
