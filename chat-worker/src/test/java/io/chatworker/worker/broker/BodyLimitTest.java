package io.chatworker.worker.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.client.BrokerNodes;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.testing.TestBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real broker: its frames are what is read. */
@Timeout(60)
class BodyLimitTest {

    private static final int LIMIT = 300_000;

    private final TestBroker broker = TestBroker.shared();
    private final BrokerNodes nodes =
            BrokerSettings.from(new Env(Map.of("RABBITMQ_URI", broker.uri()))).nodes();

    @Test
    void aBodyOverTheLimitIsANoteOfItsSizeAndTheOthersAreWhole() throws Exception {
        try (Connection publishing = broker.connect();
                Connection limited = nodes.connect("limited", () -> BodyLimit.factory(LIMIT), _ -> {})) {
            // Two channels, so that frames of both come between each other.
            List<BlockingQueue<byte[]>> came = new ArrayList<>();
            List<String> queues = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                BlockingQueue<byte[]> bodies = new LinkedBlockingQueue<>();
                Channel channel = limited.createChannel();
                String queue = channel.queueDeclare().getQueue();
                channel.basicConsume(queue, true, (_, message) -> bodies.add(message.getBody()), _ -> {});
                came.add(bodies);
                queues.add(queue);
            }
            int[] sizes = {0, 1, LIMIT, LIMIT + 1, LargeBody.NOTE_BYTES, 3 * LIMIT, 10 * LIMIT, 7};
            Channel channel = publishing.createChannel();
            for (int size : sizes) {
                for (String queue : queues) {
                    channel.basicPublish("", queue, new BasicProperties(), new byte[size]);
                }
            }

            for (BlockingQueue<byte[]> bodies : came) {
                for (int size : sizes) {
                    byte[] body = bodies.poll(10, TimeUnit.SECONDS);
                    if (size > LIMIT) {
                        assertThat(LargeBody.sizeNotedIn(body)).hasValue(size);
                    } else {
                        assertThat(body).hasSize(size);
                        assertThat(LargeBody.sizeNotedIn(body)).isEmpty();
                    }
                }
            }
            assertThat(limited.isOpen()).isTrue();
        }
    }
}
