package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.TestBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The driver with a worker whose events the test makes, on a real broker. */
class DriverTest {

    private static final Scenario ONE = Scenario.named("1x1");

    private final Topology topology = new Topology("load-" + UUID.randomUUID());
    private final Connection connection = TestBroker.shared().connect();
    private Channel channel;
    private Driver driver;
    private String requestId;

    @BeforeEach
    void ask() throws Exception {
        channel = connection.createChannel();
        channel.exchangeDeclare(topology.requests(), BuiltinExchangeType.TOPIC, true);
        channel.queueDeclare(topology.requests(), true, false, false, null);
        channel.queueBind(topology.requests(), topology.requests(), "#");
        driver = new Driver(TestBroker.shared().uri(), topology, ONE);
        driver.listen();
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        channel.basicConsume(
                topology.requests(),
                true,
                (tag, request) -> requests.add(JsonMapper.shared()
                        .readTree(request.getBody())
                        .path("request_id")
                        .stringValue()),
                tag -> {});
        driver.begin();
        requestId = requests.poll(20, TimeUnit.SECONDS);
        driver.end();
    }

    @AfterEach
    void close() throws Exception {
        driver.sweep();
        driver.close();
        connection.close();
    }

    @Test
    void aWholeAnswerIsCountedAndHasNoFault() throws Exception {
        written(3);
        chunk(0, 0);
        chunk(1, 1, 2);
        completed(2, 0, 1, 2);

        driver.awaitEnds(Duration.ofSeconds(20));

        assertThat(driver.awaitStreams(Duration.ZERO)).isTrue();
        assertThat(driver.tally().tokens.sum()).isEqualTo(3);
        assertThat(driver.tally().chunks().count()).isEqualTo(2);
        assertThat(driver.tally().answers.sum()).isEqualTo(1);
        assertThat(driver.tally().takeLatency().getTotalCount()).isEqualTo(3);
        assertThat(faults()).isZero();
    }

    @Test
    void tokensThatNeverCameAreLost() throws Exception {
        written(3);
        chunk(0, 0);
        completed(1, 0, 1, 2);

        driver.awaitEnds(Duration.ofSeconds(20));

        assertThat(driver.tally().lost.sum()).isEqualTo(2);
    }

    @Test
    void chunksThatChangedPlacesAreDisorder() throws Exception {
        written(2);
        chunk(1, 1);
        chunk(0, 0);
        completed(2, 0, 1);

        driver.awaitEnds(Duration.ofSeconds(20));

        assertThat(driver.tally().disorder.sum()).isPositive();
        assertThat(driver.tally().lost.sum()).isZero();
    }

    @Test
    void anAnswerThatFailedIsAFault() throws Exception {
        publish(topology.completions(), "failed", "{\"request_id\":\"" + requestId + "\",\"attempt\":1}");

        driver.awaitEnds(Duration.ofSeconds(20));

        assertThat(driver.tally().failed.sum()).isEqualTo(1);
    }

    @Test
    void anAnswerThatNeverEndsIsAFault() throws Exception {
        driver.awaitEnds(Duration.ofMillis(50));

        assertThat(driver.tally().failed.sum()).isEqualTo(1);
    }

    private long faults() {
        Tally tally = driver.tally();
        return tally.disorder.sum() + tally.lost.sum() + tally.failed.sum();
    }

    private void written(int tokens) {
        driver.answers().get(requestId).written = tokens;
    }

    private void chunk(int sequence, int... tokens) throws IOException {
        publish(
                topology.chunks(),
                "chunk",
                "{\"request_id\":\"" + requestId + "\",\"attempt\":1,\"sequence\":" + sequence + ",\"content\":\""
                        + AnswerCheckTest.tokens(tokens) + "\"}");
    }

    private void completed(int chunks, int... tokens) throws IOException {
        publish(
                topology.completions(),
                "completed",
                "{\"request_id\":\"" + requestId + "\",\"attempt\":1,\"chunks\":" + chunks
                        + ",\"message\":{\"role\":\"assistant\",\"content\":\"" + AnswerCheckTest.tokens(tokens)
                        + "\"}}");
    }

    private void publish(String exchange, String event, String json) throws IOException {
        channel.basicPublish(
                exchange,
                Answer.conversation(0) + "." + requestId + "." + event,
                new BasicProperties.Builder().type("chat." + event).build(),
                json.getBytes(StandardCharsets.UTF_8));
    }
}
