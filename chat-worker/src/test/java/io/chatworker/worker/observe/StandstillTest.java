package io.chatworker.worker.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.TestWorker;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandstillTest {

    private int inFlight = 2;
    private long moves;
    private boolean broker = true;
    private final Standstill standstill =
            new Standstill(Duration.ofSeconds(100), () -> inFlight, () -> moves, () -> broker);

    @Test
    void nothingThatMovesForLongerThanEveryLimitIsTold() {
        assertThat(at(0)).isNull();
        assertThat(at(100)).isNull();
        assertThat(at(101))
                .isEqualTo("2 requests are in flight and nothing has happened to any of them for 101 s,"
                        + " though every limit together is 100 s");
    }

    @Test
    void anythingThatHappensBeginsTheWaitAnew() {
        at(0);
        moves++;
        assertThat(at(99)).isNull();
        assertThat(at(199)).isNull();
        assertThat(at(200)).isNotNull();
        moves++;
        assertThat(at(201)).isNull();
    }

    @Test
    void anIdleWorkerIsNeverStuck() {
        inFlight = 0;
        at(0);
        assertThat(at(1000)).isNull();
        inFlight = 1;
        assertThat(at(1099)).isNull();
        assertThat(at(1101)).isNotNull();
    }

    @Test
    void aWaitForTheBrokerIsNoStandstill() {
        at(0);
        broker = false;
        assertThat(at(1000)).isNull();
        broker = true;
        assertThat(at(1099)).isNull();
    }

    @Test
    void livenessFailsAndSaysWhatIsStuck() {
        Standstill stuck = new Standstill(Duration.ofNanos(-1), () -> 1, () -> 0, () -> true);
        stuck.look();
        try (ManagementServer server = new ManagementServer(
                0,
                new WorkerHealth(null, null, null, null, () -> null, () -> null),
                stuck,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                Map.of(),
                WorkerMapper.get())) {
            HttpResponse<String> liveness = TestWorker.get(server.port(), "/actuator/health/liveness");

            assertThat(liveness.statusCode()).isEqualTo(503);
            assertThat(Json.of(liveness.body()).path("status").asString()).isEqualTo("DOWN");
            assertThat(Json.of(liveness.body()).path("reason").asString()).contains("1 requests are in flight");
        }
    }

    private String at(long seconds) {
        return standstill.trouble(seconds * 1_000_000_000);
    }
}
