package io.chatworker.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.publish.RequesterWatch.Presence;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real broker: what it answers to a name is the whole point. */
@Timeout(120)
class RequesterWatchTest {

    private static final String DIRECT = "amq.rabbitmq.reply-to";

    private final TestBroker broker = TestBroker.shared();
    private final RequesterWatch requesters =
            new RequesterWatch("w", BrokerSettings.from(new Env(Map.of("RABBITMQ_URI", broker.uri()))));

    @BeforeEach
    void start() {
        requesters.start();
        Waits.until("a connection", () -> requesters.ask("amq.gen-nobody") == Presence.GONE);
    }

    @AfterEach
    void close() {
        requesters.close();
    }

    @Test
    void aRequesterIsThereUntilItLeaves() throws Exception {
        try (Connection connection = broker.connect()) {
            Channel channel = connection.createChannel();
            String name = directReplyTo(channel);
            CountDownLatch gone = new CountDownLatch(1);
            requesters.add(name, gone::countDown);
            assertThat(requesters.ask(name)).isEqualTo(Presence.THERE);

            channel.close();

            Waits.forSignal("that the requester is gone", gone);
            assertThat(requesters.ask(name)).isEqualTo(Presence.GONE);
        }
    }

    @Test
    @Law(7)
    @DisplayName("A forged name, over which the broker closes the connection, does not make others look gone")
    void aForgedNameDoesNotMakeOthersLookGone() throws Exception {
        try (Connection connection = broker.connect()) {
            String name = directReplyTo(connection.createChannel());
            for (int round = 0; round < 6; round++) {
                String forged = DIRECT + ".AAAA.x" + round;
                List<CompletableFuture<Presence>> innocent =
                        IntStream.range(0, 32).mapToObj(_ -> ask(name)).toList();
                CompletableFuture<Presence> guilty = ask(forged);
                List<CompletableFuture<Presence>> behind =
                        IntStream.range(0, 32).mapToObj(_ -> ask(name)).toList();

                assertThat(Waits.forResult("the answer to a forged name", guilty))
                        .isNotEqualTo(Presence.THERE);
                assertThat(innocent)
                        .extracting(answer -> Waits.forResult("an answer", answer))
                        .doesNotContain(Presence.GONE);
                assertThat(behind)
                        .extracting(answer -> Waits.forResult("an answer", answer))
                        .doesNotContain(Presence.GONE);
            }
        }
    }

    private CompletableFuture<Presence> ask(String name) {
        CompletableFuture<Presence> answer = new CompletableFuture<>();
        Thread.startVirtualThread(() -> answer.complete(requesters.ask(name)));
        return answer;
    }

    /** The name under which this channel gets direct replies, as the receiver of a request sees it. */
    private static String directReplyTo(Channel channel) throws IOException {
        channel.basicConsume(DIRECT, true, (_, _) -> {}, _ -> {});
        String queue = channel.queueDeclare().getQueue();
        channel.basicPublish(
                "", queue, new BasicProperties.Builder().replyTo(DIRECT).build(), new byte[0]);
        return channel.basicGet(queue, true).getProps().getReplyTo();
    }
}
