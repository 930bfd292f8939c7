package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.ProcessCluster;
import io.chatworker.worker.testing.TestBroker;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster of three that loses a node under load, or half of the ways between its nodes. */
@Law({1, 2, 3, 5})
@Tag("faults")
class LostNodeTest {

    @RegisterExtension
    static final Scene scene = new Scene(LostNodeTest::cluster);

    private static TestBroker cluster() {
        assumeTrue(TestBroker.isServerInstalled(), "a cluster is made of rabbitmq-server processes, and there is none");
        return TestBroker.startCluster();
    }

    @Test
    void leaderOfTheRequestsQueueKilled() {
        ProcessCluster cluster = (ProcessCluster) scene.broker();
        scene.startWorker("RABBITMQ_URI", withHeartbeat(cluster.uri()));
        scene.startWorker("RABBITMQ_URI", withHeartbeat(cluster.uri()));
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(10);
        traffic.awaitSettled();
        traffic.awaitMidStream();

        TestBroker killed = cluster.killLeaderOf(scene.topology().requests());
        traffic.awaitEnded(20);
        killed.start();
        traffic.awaitEnded(10);

        scene.verify("node killed -9 that leads the requests queue, of a cluster of three");
    }

    /**
     * The cut-off node goes on taking what it cannot keep; afterwards it is restarted, as
     * <a href="https://www.rabbitmq.com/docs/partitions#recovering">RabbitMQ</a> has it.
     */
    @Test
    void oneNodeCutOffWithAWorker() {
        ProcessCluster cluster = (ProcessCluster) scene.broker();
        scene.startWorker("RABBITMQ_URI", withHeartbeat(cluster.minority().uri()));
        scene.startWorker("RABBITMQ_URI", withHeartbeat(cluster.uri()));
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(20);
        traffic.awaitMidStream();

        cluster.partition();
        traffic.awaitRedelivered();
        traffic.awaitEnded(20);
        cluster.heal();
        traffic.awaitEnded(10);

        assertThat(scene.verify("node cut off with the worker on it, of a cluster of three")
                        .redelivered())
                .isPositive();
    }

    private static String withHeartbeat(String uri) {
        return Arrays.stream(uri.split(",")).map(node -> node + "?heartbeat=3").collect(Collectors.joining(","));
    }
}
