package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {

    @Test
    void aRatioIsTheMedianOfThePairsOfEachRound() {
        Report report = new Report(List.of(
                cpu("worker", 1, 10),
                cpu("relay", 1, 10),
                cpu("worker", 2, 60),
                cpu("relay", 2, 30),
                cpu("worker", 3, 9),
                cpu("relay", 3, 3)));

        assertThat(report.medians("100x20", "worker")).containsEntry(Metric.CPU, 10.0);
        assertThat(report.ratio("100x20", new Report.Ratio("worker", "relay"))).containsEntry(Metric.CPU, 2.0);
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 10.0))).isEqualTo(new Spread(3, 1, 10));
        assertThat(Spread.of(List.of())).isNull();
    }

    @Test
    void theWorkerIsDividedByEachReferenceAndAVariantByTheWorker() {
        Report report = new Report(List.of(cpu("worker", 1, 10), cpu("spring", 1, 40), cpu("mine", 1, 5)));

        assertThat(report.ratios("100x20"))
                .containsExactly(new Report.Ratio("worker", "spring"), new Report.Ratio("mine", "worker"));
    }

    @Test
    void aReferenceThatPromisesNoOrderHasNoFault() {
        Map<Metric, Double> disordered = Map.of(Metric.DISORDER, 51_000.0);

        assertThat(new Report(List.of(new Measured("100x20", "spring", 1, disordered))).hasFaults())
                .isFalse();
        assertThat(new Report(List.of(new Measured("100x20", "mine", 1, disordered))).hasFaults())
                .isTrue();
    }

    @Test
    void oneFaultInOneRoundIsAFault() {
        Map<Metric, Double> lossy = Map.of(Metric.LOST, 1.0, Metric.DISORDER, 0.0, Metric.FAILED, 0.0);

        assertThat(new Report(List.of(cpu("worker", 1, 10), cpu("relay", 1, 10))).hasFaults())
                .isFalse();
        assertThat(new Report(List.of(cpu("worker", 1, 10), new Measured("100x20", "relay", 1, lossy))).hasFaults())
                .isTrue();
    }

    @Test
    void theTableShowsWhatIsMissingAsSuch() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        new Report(List.of(cpu("worker", 1, 30), cpu("relay", 1, 10)))
                .print(new PrintStream(printed, true, StandardCharsets.UTF_8));

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .containsPattern("100x20 +worker +relay +worker/relay")
                .containsPattern("CPU µs/token +30.0 +10.0 +3.00")
                .containsPattern("broker CPU µs/token +- +- +-");
    }

    @Test
    void theJsonHasEveryTrialItsMediansAndItsRatios() {
        String json = new Report(List.of(cpu("worker", 1, 30), cpu("relay", 1, 10))).json(Map.of("cpus", "2"));

        JsonNode report = JsonMapper.shared().readTree(json);
        assertThat(report.at("/cpus").stringValue()).isEqualTo("2");
        assertThat(report.at("/trials").size()).isEqualTo(2);
        assertThat(report.at("/medians/0/cpu_us_per_token").doubleValue()).isEqualTo(30);
        assertThat(report.at("/ratios/0/by").stringValue()).isEqualTo("relay");
        assertThat(report.at("/ratios/0/cpu_us_per_token").doubleValue()).isEqualTo(3);
    }

    private static Measured cpu(String subject, int round, double cpu) {
        return new Measured("100x20", subject, round, Map.of(Metric.CPU, cpu, Metric.LOST, 0.0));
    }
}
