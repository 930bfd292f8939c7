package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.client.ChatClient;
import io.chatworker.client.ChatException;
import io.chatworker.client.ChatTools;
import io.chatworker.client.ToolOffer;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Json;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code ChatTools}, by calls as a worker makes them. */
class ChatToolsTest {

    private final Topology topology = new Topology(Ask.id("x"));
    private final Connection connection = TestBroker.shared().connect();
    private final BlockingQueue<JsonNode> results = new LinkedBlockingQueue<>();
    private final AtomicInteger returned = new AtomicInteger();
    private Channel channel;
    private String replies;
    private ChatTools tools;

    @BeforeEach
    void declare() throws IOException {
        channel = connection.createChannel();
        channel.exchangeDeclare(topology.tools(), BuiltinExchangeType.TOPIC, true);
        channel.confirmSelect();
        channel.addReturnListener(message -> returned.incrementAndGet());
        replies = channel.queueDeclare().getQueue();
        channel.basicConsume(
                replies,
                true,
                (tag, message) -> results.add(
                        Json.of("{\"id\":\"" + message.getProperties().getCorrelationId()
                                + "\",\"type\":\"" + message.getProperties().getType() + "\",\"result\":"
                                + new String(message.getBody(), StandardCharsets.UTF_8) + "}")),
                tag -> {});
        tools = open();
    }

    private ChatTools open() {
        return ChatClient.builder()
                .uri(TestBroker.shared().uri())
                .topology(topology)
                .connectTools();
    }

    @AfterEach
    void remove() throws IOException {
        tools.close();
        channel.exchangeDelete(topology.tools());
        connection.abort();
    }

    private void call(String id, String name, Instant deadline) throws Exception {
        send(id, name, """
                {"contract_version":1,"call_id":"%s","idempotency_key":"k-%s","request_id":"r","conversation_id":"c",
                 "attempt":1,"run":"x","name":"%s","arguments":{"city":"Oslo"},"deadline":"%s"}""".formatted(id, id, name, deadline));
    }

    private void send(String id, String name, String body) throws Exception {
        BasicProperties properties = new BasicProperties.Builder()
                .type("chat.tool_call")
                .correlationId(id)
                .messageId(id)
                .expiration("30000")
                .replyTo(replies)
                .build();
        channel.basicPublish(topology.tools(), name, true, properties, body.getBytes(StandardCharsets.UTF_8));
        channel.waitForConfirmsOrDie(Waits.PATIENCE.toMillis());
    }

    private static Instant later() {
        return Instant.now().plusSeconds(30);
    }

    private String awaitResult(String id) throws InterruptedException {
        JsonNode result = results.poll(Waits.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(result.get("id").asString()).isEqualTo(id);
        assertThat(result.get("type").asString()).isEqualTo("chat.tool_result");
        return result.get("result").toString();
    }

    @Test
    void whatAFunctionGivesAndWhatItThrowsComesBack() throws Exception {
        tools.offer("weather", call -> Map.of(call.arguments().get("city").toString(), 4));
        tools.offer("key", call -> call.idempotencyKey());
        tools.offer("nothing", call -> null);
        tools.offer("broken", call -> {
            throw new IllegalStateException("no such city");
        });
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        tools.offer("unwritable", call -> endless);

        call("c1", "weather", later());
        assertThat(awaitResult("c1")).isEqualTo("{\"content\":{\"Oslo\":4}}");
        call("c2", "key", later());
        assertThat(awaitResult("c2")).isEqualTo("{\"content\":\"k-c2\"}");
        call("c3", "nothing", later());
        assertThat(awaitResult("c3")).isEqualTo("{\"content\":\"\"}");
        call("c4", "broken", later());
        assertThat(awaitResult("c4")).isEqualTo("{\"error\":\"no such city\"}");
        call("c5", "unwritable", later());
        assertThat(awaitResult("c5")).contains("error");
        send("c6", "weather", "garbage");
        assertThat(awaitResult("c6")).contains("error");
        call("c7", "nobody", later());
        assertThat(returned).hasValue(1);
        assertThatThrownBy(() -> tools.offer("a.b", call -> "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatTakesTooLongIsInterruptedAndAnErrorAndWhatComesTooLateIsNotDone() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        tools.offer("slow", 1, Duration.ofMillis(100), call -> {
            if (done.incrementAndGet() > 1) {
                return "next";
            }
            try {
                return new CountDownLatch(1).await(1, TimeUnit.MINUTES);
            } finally {
                interrupted.countDown();
            }
        });

        call("c1", "slow", later());
        assertThat(awaitResult("c1")).isEqualTo("{\"error\":\"no result within 100 ms\"}");
        Waits.forSignal("an interrupt", interrupted);
        call("late", "slow", Instant.now().minusSeconds(1));
        call("c2", "slow", later());
        assertThat(awaitResult("c2")).isEqualTo("{\"content\":\"next\"}");
        assertThat(done).hasValue(2);
    }

    @Test
    void callsRunAtOnceUpToTheirNumberAndTheRestGoesToOthersOrIsReturned() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        ToolOffer busy = tools.offer("job", 2, ChatTools.DEFAULT_TIMEOUT, call -> {
            both.countDown();
            end.await();
            return "first";
        });
        call("c1", "job", later());
        call("c2", "job", later());
        Waits.forSignal("two calls at once", both);
        call("c3", "job", later());
        try (ChatTools others = open()) {
            others.offer("job", call -> "second");
            assertThat(awaitResult("c3")).isEqualTo("{\"content\":\"second\"}");
        }
        end.countDown();
        busy.close();
        assertThat(results.poll(30, TimeUnit.SECONDS).get("result").toString()).isEqualTo("{\"content\":\"first\"}");
        assertThat(results.poll(30, TimeUnit.SECONDS).get("result").toString()).isEqualTo("{\"content\":\"first\"}");

        call("c4", "job", later());
        assertThat(returned).as("the queue went with the last service").hasValue(1);
        channel.exchangeDelete(topology.tools());
        assertThatThrownBy(() -> tools.offer("job", call -> ""))
                .isInstanceOf(ChatException.BrokerRefused.class)
                .hasMessageContaining("404");
    }
}
