package io.chatworker.worker.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import io.chatworker.client.BrokerNodes;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.TestBroker;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a real broker, which lets headers of any depth through. */
@Law(7)
@Timeout(60)
class ReadableHeadersTest {

    private final TestBroker broker = TestBroker.shared();
    private final BrokerNodes nodes =
            BrokerSettings.from(new Env(Map.of("RABBITMQ_URI", broker.uri()))).nodes();

    @ParameterizedTest
    @CsvSource({"1, true", "32, true", "35, false", "100, false", "500, false"})
    void headersNestedTooDeepAreLeftOutAndAllElseIsThere(int levels, boolean areThere) throws Exception {
        try (Connection publishing = broker.connect();
                Connection reading = nodes.connect("reading", () -> BodyLimit.factory(1000), _ -> {})) {
            BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
            Channel channel = reading.createChannel();
            String queue = channel.queueDeclare().getQueue();
            channel.basicConsume(queue, true, (_, message) -> came.add(message), _ -> {});
            Channel writing = publishing.createChannel();
            Date sent = new Date(1_795_867_200_000L);
            BasicProperties.Builder all = new BasicProperties.Builder()
                    .contentType("application/json")
                    .contentEncoding("utf-8")
                    .correlationId("k")
                    .priority(3)
                    .timestamp(sent)
                    .headers(nested(levels));
            BasicProperties.Builder few =
                    new BasicProperties.Builder().headers(nested(levels)).messageId("m");

            for (BasicProperties.Builder properties : List.of(all, few)) {
                writing.basicPublish("", queue, properties.build(), "whole".getBytes(StandardCharsets.UTF_8));
            }

            BasicProperties first = next(came);
            assertThat(first.getContentType()).isEqualTo("application/json");
            assertThat(first.getContentEncoding()).isEqualTo("utf-8");
            assertThat(first.getCorrelationId()).isEqualTo("k");
            assertThat(first.getPriority()).isEqualTo(3);
            assertThat(first.getTimestamp()).isEqualTo(sent);
            assertThat(!first.getHeaders().isEmpty()).isEqualTo(areThere);
            BasicProperties second = next(came);
            assertThat(second.getMessageId()).isEqualTo("m");
            assertThat(!second.getHeaders().isEmpty()).isEqualTo(areThere);
            assertThat(reading.isOpen()).isTrue();
        }
    }

    private static BasicProperties next(BlockingQueue<Delivery> came) throws InterruptedException {
        Delivery delivery = came.poll(10, TimeUnit.SECONDS);
        assertThat(delivery).as("a delivery").isNotNull();
        assertThat(delivery.getBody()).asString(StandardCharsets.UTF_8).isEqualTo("whole");
        return delivery.getProperties();
    }

    private static Map<String, Object> nested(int levels) {
        Map<String, Object> headers = new HashMap<>(Map.of("a", 1));
        for (int i = 1; i < levels; i++) {
            headers = new HashMap<>(Map.of("a", headers, "b", List.of(i)));
        }
        headers.put("x", "y");
        return headers;
    }
}
