package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Connection;
import io.chatworker.contracts.CancelReason;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.Started;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.publish.Address;
import io.chatworker.worker.publish.ChunkStream;
import io.chatworker.worker.publish.Confirmation;
import io.chatworker.worker.publish.EventPublisher;
import io.chatworker.worker.publish.PublishSettings;
import io.chatworker.worker.publish.Publishing;
import io.chatworker.worker.publish.RequestEvents;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.ProcessCluster;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.Waits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * RabbitMQ 3.10 asks the leader of a quorum queue about the first message that a channel has for it, and refuses (nack)
 * all of that channel's while the node that it asks is down, also when there is a new leader.
 */
@Tag("faults")
class LeaderlessQueueTest {

    private static final int CHUNKS = 50;

    @RegisterExtension
    static final Scene scene = new Scene(() -> {
        assumeTrue(TestBroker.isServerInstalled(), "a cluster is made of rabbitmq-server processes, and there is none");
        return TestBroker.startCluster();
    });

    /** The node stays down: what was refused comes because of a fresh channel. */
    @Law({2, 3})
    @Test
    @Timeout(60)
    void aChannelsFirstMessageToAQueueWhoseLeaderWasKilled() throws Exception {
        ProcessCluster cluster = (ProcessCluster) scene.broker();
        String queue = scene.witness().queue();
        BrokerSettings settings = BrokerSettings.from(new Env(Map.of(
                "RABBITMQ_URI",
                cluster.uriBeside(queue),
                "CHAT_NAMESPACE",
                scene.topology().namespace())));
        RabbitTopology topology = new RabbitTopology(
                settings, new RabbitTopology.Pool(scene.topology().requests(), List.of()));
        try (Connection connection = cluster.connect()) {
            topology.ensure(connection);
        }
        String id = Ask.id("r");
        PublishSettings publish = new PublishSettings(8 * 1024 * 1024, Duration.ZERO);
        try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
                EventPublisher publisher = new EventPublisher("w", settings, topology, publish, 1, timer)) {
            publisher.start();
            Waits.until("a publisher with a channel", publisher.connection()::isReady);
            Publishing publishing = new Publishing(publisher, scene.topology(), publish, WorkerMapper.get(), timer);
            RequestEvents events = publishing.to(new Address(id, "c", id, null, TraceContext.NONE), new StopSignal());

            cluster.killLeaderOf(queue);
            assertThat(publish(publishing, events, id)).isEqualTo(Confirmation.CONFIRMED);
        }

        Waits.until(
                () -> "the end of what came: " + told(id),
                () -> scene.witness().of(id).stream().anyMatch(Event::isTerminal));
        assertThat(told(id)).containsExactlyElementsOf(expected());
    }

    private static Confirmation publish(Publishing publishing, RequestEvents events, String id) throws Exception {
        events.publish(new Started(1, id, "c", 1, "run", "m", "general", null, "w", null, null));
        ChunkStream chunks = publishing.chunks(events, 1, "run");
        for (int i = 0; i < CHUNKS; i++) {
            chunks.accept(i + " ", "", null, null, false);
        }
        chunks.flush();
        Cancelled end =
                new Cancelled(1, id, "c", 1, "run", CancelReason.CANCELLED, null, null, CHUNKS, null, null, null);
        return events.publishTerminal(end, events.encode(end));
    }

    /** Without repeats, which consumers ignore. */
    private static List<String> told(String id) {
        return scene.witness().of(id).stream()
                .map(event -> event.name() + event.text("/sequence"))
                .distinct()
                .toList();
    }

    private static List<String> expected() {
        return Stream.of(
                        Stream.of("started"),
                        IntStream.range(0, CHUNKS).mapToObj(i -> "chunk" + i),
                        Stream.of("cancelled"))
                .flatMap(part -> part)
                .toList();
    }
}
