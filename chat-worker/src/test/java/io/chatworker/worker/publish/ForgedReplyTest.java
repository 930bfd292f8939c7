package io.chatworker.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.contracts.CancelReason;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.Chunk;
import io.chatworker.contracts.Started;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.Waits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RabbitMQ 3.10 closes the whole connection (541) over a message to a forged direct reply-to. */
@Timeout(120)
class ForgedReplyTest {

    private static final int CHUNKS = 200;
    private static final int NEIGHBOURS = 8;

    private final TestBroker broker = TestBroker.shared();

    @Test
    @Law({3, 7})
    @DisplayName("Such a message that slips through takes none of its neighbours with it")
    void aForgedReplyThatSlipsThroughTakesNoneWithIt() throws Exception {
        BrokerSettings settings =
                BrokerSettings.from(new Env(Map.of("RABBITMQ_URI", broker.uri(), "CHAT_NAMESPACE", Ask.id("forged"))));
        Topology topology = settings.topology();
        RabbitTopology declared = new RabbitTopology(settings, new RabbitTopology.Pool(topology.requests(), List.of()));
        PublishSettings publish = new PublishSettings(1 << 20, Duration.ZERO);
        Map<String, Set<Integer>> came = new ConcurrentHashMap<>();
        Queue<Integer> sequences = new ConcurrentLinkedQueue<>();
        try (Connection connection = broker.connect();
                ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
                EventPublisher publisher = new EventPublisher("w", settings, declared, publish, 2, timer);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            declared.ensure(connection);
            Channel reading = connection.createChannel();
            String queue = reading.queueDeclare().getQueue();
            reading.queueBind(queue, topology.chunks(), "#");
            reading.basicConsume(
                    queue,
                    true,
                    (_, message) -> {
                        Chunk chunk = WorkerMapper.get().readValue(message.getBody(), Chunk.class);
                        sequences.add(chunk.sequence());
                        came.computeIfAbsent(chunk.requestId(), _ -> ConcurrentHashMap.newKeySet())
                                .add(chunk.sequence());
                    },
                    _ -> {});
            publisher.start();
            Waits.until("a publisher", publisher.connection()::isReady);
            Publishing publishing = new Publishing(publisher, topology, publish, WorkerMapper.get(), timer);
            CountDownLatch half = new CountDownLatch(NEIGHBOURS);
            CountDownLatch forged = new CountDownLatch(1);

            List<Future<Confirmation>> neighbours = IntStream.range(0, NEIGHBOURS)
                    .mapToObj(i -> threads.submit(() -> answer(publishing, "r" + i, half, forged)))
                    .toList();
            Waits.forSignal("neighbours in the middle of their answers", half);
            RequestEvents forgery = publishing.to(address("f", "amq.rabbitmq.reply-to.AAAA.x"), new StopSignal());
            forgery.publish(new Started(1, "f", "c", 1, "run", "m", "general", null, "w", null, null));
            forged.countDown();

            for (Future<Confirmation> neighbour : neighbours) {
                assertThat(neighbour.get(60, TimeUnit.SECONDS)).isIn(Confirmation.CONFIRMED, Confirmation.UNROUTABLE);
            }
            Waits.until(
                    () -> "all chunks; there came " + sequences.size(),
                    () -> came.size() == NEIGHBOURS && came.values().stream().allMatch(one -> one.size() == CHUNKS));
            assertThat(publisher.counts().nacked.sum()).isZero();
            for (String exchange : List.of(topology.chunks(), topology.completions())) {
                reading.exchangeDelete(exchange);
            }
        }
    }

    private static Confirmation answer(Publishing publishing, String id, CountDownLatch half, CountDownLatch forged)
            throws Exception {
        RequestEvents events = publishing.to(address(id, null), new StopSignal());
        ChunkStream chunks = publishing.chunks(events, 1, "run");
        for (int i = 0; i < CHUNKS; i++) {
            chunks.accept(i + " ", "", null, null, false);
            if (i == CHUNKS / 2) {
                half.countDown();
                assertThat(forged.await(30, TimeUnit.SECONDS)).isTrue();
            }
        }
        Cancelled end =
                new Cancelled(1, id, "c", 1, "run", CancelReason.CANCELLED, null, null, CHUNKS, null, null, null);
        return events.publishTerminal(end, events.encode(end));
    }

    private static Address address(String id, String replyTo) {
        return new Address(id, "c", id, replyTo, TraceContext.NONE);
    }
}
