package io.chatworker.worker.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus watches a real worker and a real RabbitMQ: each query of rules and dashboard finds data, and each
 * fault raises its alerts and no other. What a minute takes in the rules takes a second here.
 */
class LiveMonitoringTest {

    @TempDir
    private Path folder;

    private Stage stage;
    private Queries queries;

    @BeforeEach
    void start() {
        Program prometheus = Program.assumed("prometheus");
        assumeTrue(TestBroker.canBePrivate(), "the broker is stopped here: Docker, or a rabbitmq-server");
        stage = new Stage(prometheus, folder);
        queries = new Queries(stage.prometheus);
    }

    @AfterEach
    void end() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    void eachQueryFindsDataAndOutagesAndFailuresRaiseTheirAlerts() {
        stage.turns(Stage.Mood.WELL);
        queries.awaitHealthy();

        stage.turns(Stage.Mood.ILL);
        awaitFiring(
                "ChatFailureBudgetBurnsFast",
                "ChatFirstTokenBudgetBurnsFast",
                "ChatDeadLettersGrowing",
                "ChatToolUnanswered");

        stage.turns(Stage.Mood.QUIET);
        Waits.until("the end of all answers", () -> !stage.prometheus.hasData("chat_requests_in_flight > 0"));
        stage.ollama.isDown(true);
        Waits.until("a pause", () -> !stage.worker.isReady());
        stage.turns(Stage.Mood.WELL);
        awaitFiring("ChatOllamaDown", "ChatRequestsWaitUnserved");
        deliverOnceMore();
        stage.ollama.isDown(false);
        awaitFiring("ChatCrashLoop");
        awaitSilent("ChatOllamaDown", "ChatRequestsWaitUnserved");
        awaitFiring("ChatFailureBudgetBurnsSlowly", "ChatFirstTokenBudgetBurnsSlowly");
        queries.awaitAll();

        stage.turns(Stage.Mood.QUIET);
        stage.worker.close();
        awaitFiring("ChatNoWorker", "ChatWorkerDown");
    }

    @Test
    @Tag("faults")
    void aBrokerInTroubleRaisesItsAlerts() {
        stage.turns(Stage.Mood.WELL);
        queries.awaitHealthy();

        String full = stage.topology.namespace() + ".full";
        onChannel(channel -> {
            channel.queueDeclare(full, true, false, false, Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
            channel.queueBind(full, stage.topology.completions(), "#");
            return null;
        });
        awaitFiring("ChatEventsNacked");
        onChannel(channel -> channel.queueDelete(full));
        awaitSilent("ChatEventsNacked");

        stage.broker.rabbitmqctl("set_vm_memory_high_watermark", "0.00001");
        awaitFiring("RabbitMQAlarm");
        stage.broker.rabbitmqctl("set_vm_memory_high_watermark", "0.4");
        awaitSilent("RabbitMQAlarm");

        stage.turns(Stage.Mood.QUIET);
        stage.broker.stop();
        awaitFiring("RabbitMQDown", "ChatBrokerDisconnected");
    }

    @Test
    @Tag("faults")
    void aQueueThatGrowsAndFillsAndIsNoLongerSeenRaisesItsAlerts() {
        stage.turns(Stage.Mood.WELL);
        queries.awaitHealthy();

        stage.ollama.isDown(true);
        awaitFiring("ChatQueueWithoutConsumer", "ChatQueueGrowing");
        onChannel(channel -> {
            for (int i = 0; i < 80_001; i++) {
                channel.basicPublish(stage.topology.requests(), "any", null, new byte[0]);
            }
            return null;
        });
        awaitFiring("ChatQueueNearlyFull");

        stage.broker.rabbitmqctl("eval", "application:stop(rabbitmq_prometheus).");
        awaitFiring("ChatQueuesUnseen");
    }

    @Test
    @Tag("faults")
    void theDashboardIsDrawnAsAPicture() throws IOException {
        assumeTrue(
                new Program(Path.of("/usr/bin/env"))
                                .run("python3", "-c", "import venv, ensurepip")
                                .exit()
                        == 0,
                "no Python");
        stage.turns(Stage.Mood.WELL);
        queries.awaitHealthy();
        Path picture = folder.resolve("dashboard.png");
        Program dashboard =
                new Program(Path.of("..", "ops", "dashboard").toAbsolutePath().normalize());

        Program.Ran ran = dashboard.run(
                "--prometheus", stage.prometheus.uri(), "--last", "20s", "--scrape", "1s", "--out", picture.toString());

        assumeTrue(!ran.printed().contains("could not be fetched"), ran.printed());
        assertThat(ran.exit()).as(ran.printed()).isZero();
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(1000);
        assertThat(dashboard
                        .run("--rows", "Nowhere", "--prometheus", stage.prometheus.uri())
                        .printed())
                .contains("The dashboard has no row Nowhere; it has Now, Service");
        assertThat(dashboard.run("--prometheus", "http://127.0.0.1:1").printed())
                .contains("No Prometheus answers at http://127.0.0.1:1");
    }

    /** Takes a request and gives it back, as a worker does that dies. */
    private void deliverOnceMore() {
        onChannel(channel -> {
            GetResponse taken = channel.basicGet(stage.topology.requests(), false);
            channel.basicNack(taken.getEnvelope().getDeliveryTag(), false, true);
            return null;
        });
    }

    /** What is done on a channel of its own. */
    private interface OnChannel {
        Object does(Channel channel) throws IOException;
    }

    private void onChannel(OnChannel work) {
        stage.with(connection -> {
            Channel channel = connection.createChannel();
            Object result = work.does(channel);
            channel.abort();
            return result;
        });
    }

    private void awaitFiring(String... alerts) {
        queries.await(
                Set.of(alerts) + " firing", () -> stage.prometheus.firing().containsAll(Set.of(alerts)));
    }

    private void awaitSilent(String... alerts) {
        queries.await(
                Set.of(alerts) + " silent",
                () -> stage.prometheus.firing().stream().noneMatch(Set.of(alerts)::contains));
        assertThat(stage.prometheus.firing()).doesNotContain(alerts);
    }
}
