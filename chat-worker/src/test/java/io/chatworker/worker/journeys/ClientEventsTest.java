package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.client.Answer;
import io.chatworker.client.ChatClient;
import io.chatworker.client.ChatException;
import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.TestBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code io.chatworker.client} makes of events that no worker of today sends, and of a broker without one. */
class ClientEventsTest {

    private static final String TERMINAL = """
            {"contract_version":1,"request_id":"%s","conversation_id":"c","attempt":1,"run":"r",
             "message":{"role":"assistant","content":"Blue light"},"chunks":2}""";

    private final Topology topology = new Topology(Ask.id("x"));
    private final Connection connection = TestBroker.shared().connect();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private Channel channel;
    private ChatClient chat;

    @BeforeEach
    void declare() throws IOException {
        channel = connection.createChannel();
        for (String exchange : List.of(topology.requests(), topology.chunks(), topology.completions())) {
            channel.exchangeDeclare(exchange, BuiltinExchangeType.TOPIC, true);
        }
        channel.exchangeDeclare(topology.control(), BuiltinExchangeType.FANOUT, true);
        chat = ChatClient.builder()
                .uri(TestBroker.shared().uri())
                .topology(topology)
                .problems(problems::add)
                .connect();
    }

    @AfterEach
    void remove() throws IOException {
        chat.close();
        for (String exchange : topology.exchanges()) {
            channel.exchangeDelete(exchange);
        }
        connection.abort();
    }

    /** A queue that takes requests, until the connection ends. */
    private void takeRequests(Map<String, Object> arguments) throws IOException {
        String queue = channel.queueDeclare("", false, true, true, arguments).getQueue();
        channel.queueBind(queue, topology.requests(), "#");
    }

    private void publish(String exchange, String id, String event, String body) throws IOException {
        channel.basicPublish(
                exchange,
                "c." + id + "." + event,
                new BasicProperties.Builder().type("chat." + event).build(),
                body.formatted(id).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsUnknownOrGarbageIsLeftOutAndTold() throws IOException {
        takeRequests(Map.of());
        Answer answer = chat.ask(ChatRequest.of("Why?"));
        String id = answer.requestId();
        String chunk = """
                {"request_id":"%s","conversation_id":"c","attempt":1,"run":"r",\
                """;

        publish(topology.chunks(), id, "thought", chunk + "\"sequence\":0}");
        publish(topology.chunks(), id, "chunk", "garbage");
        publish(topology.chunks(), id, "chunk", "null");
        publish(topology.chunks(), id, "chunk", "[1]");
        publish(topology.chunks(), id, "chunk", "{\"sequence\":0,\"content\":\"x\"}");
        publish(topology.chunks(), id, "waiting", chunk + "\"reason\":\"mercury_in_retrograde\"}");
        publish(topology.chunks(), id, "chunk", chunk.replace("%s", "another") + "\"sequence\":0,\"content\":\"x\"}");
        publish(topology.chunks(), id, "chunk", chunk + "\"sequence\":0,\"content\":\"Blue\",\"new_key\":{}}");
        publish(topology.chunks(), id, "chunk", chunk + "\"sequence\":0,\"content\":\"Blue\"}");
        publish(topology.chunks(), id, "chunk", chunk + "\"sequence\":2,\"content\":\"t\"}");
        publish(topology.completions(), id, "completed", "{}");
        publish(topology.completions(), id, "completed", TERMINAL);
        List<AnswerChange> changes = new ArrayList<>();
        answer.forEach(changes::add);

        assertThat(changes).extracting(change -> change.piece().content()).containsExactly("Blue", "", " light");
        assertThat(answer.completed().message().content()).isEqualTo("Blue light");
        assertThat(problems)
                .hasSize(6)
                .allSatisfy(problem -> assertThat(problem).contains(id));
    }

    @Test
    void aReaderWhoDoesNotReadMissesNothingAndHoldsUpNobody() throws IOException {
        takeRequests(Map.of());
        Answer slow = chat.ask(ChatRequest.of("Why?"));
        int pieces = 3_000;
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            all.append(i).append(' ');
            publish(
                    topology.chunks(),
                    slow.requestId(),
                    "chunk",
                    "{\"request_id\":\"%s\",\"conversation_id\":\"c\",\"attempt\":1,\"run\":\"r\",\"sequence\":" + i
                            + ",\"content\":\"" + i + " \"}");
        }
        publish(topology.completions(), slow.requestId(), "completed", TERMINAL.replace("Blue light", all.toString()));
        Answer other = chat.ask(ChatRequest.of("Why?"));
        publish(topology.completions(), other.requestId(), "completed", TERMINAL);
        other.completed();

        StringBuilder read = new StringBuilder();
        int changes = 0;
        for (AnswerChange change : slow) {
            read.append(change.piece().content());
            changes++;
        }
        assertThat(read).hasToString(all.toString());
        assertThat(changes).isLessThanOrEqualTo(1_001);
    }

    @Test
    void whoCannotBeAskedSaysWhatToDo() throws IOException {
        assertThatThrownBy(() -> chat.ask(ChatRequest.of("Why?")))
                .isInstanceOf(ChatException.NobodyListens.class)
                .hasMessageContaining("Start a worker");
        assertThat(chat.cancel("r1")).as("a worker listens").isFalse();
        assertThat(chat.describe(Duration.ofMinutes(1))).isEmpty();

        takeRequests(Map.of("x-max-length", 0, "x-overflow", "reject-publish"));
        assertThatThrownBy(() -> chat.ask(ChatRequest.of("Why?"))).isInstanceOf(ChatException.QueueFull.class);

        channel.exchangeDelete(topology.chunks());
        assertThatThrownBy(() -> chat.ask(ChatRequest.of("Why?")))
                .isInstanceOfSatisfying(
                        ChatException.BrokerRefused.class,
                        e -> assertThat(e.code()).isEqualTo(404))
                .hasMessageContaining("No worker has set up this broker");
        assertThatThrownBy(() -> ChatClient.builder().uri("amqp://localhost:1").connect())
                .isInstanceOf(ChatException.NoBroker.class)
                .hasMessageContaining("localhost:1");
    }

    @Test
    void anAnswerThatDoesNotComeSaysWhatWasSeenLast() throws IOException {
        takeRequests(Map.of());
        Answer unseen = chat.ask(ChatRequest.of("Why?"), Duration.ofMillis(300));
        Answer begun = chat.ask(ChatRequest.of("Why?"), Duration.ofMillis(300));
        publish(
                topology.chunks(),
                begun.requestId(),
                "waiting",
                "{\"request_id\":\"%s\",\"conversation_id\":\"c\",\"attempt\":2,\"run\":\"r\",\"reason\":\"retry\"}");

        assertThatThrownBy(unseen::await)
                .isInstanceOf(ChatException.TimedOut.class)
                .hasMessageContaining("300 ms: nothing of it was seen")
                .hasMessageContaining("No worker is connected");
        assertThatThrownBy(begun::await)
                .isInstanceOfSatisfying(
                        ChatException.TimedOut.class,
                        e -> assertThat(e.lastSeen()).isPresent())
                .hasMessageContaining("waiting (retry) of attempt 2");
        assertThatThrownBy(() -> begun.forEach(change -> {})).isInstanceOf(ChatException.TimedOut.class);
    }

    @Test
    void anInterruptAndACloseEndTheWaiting() throws Exception {
        takeRequests(Map.of());
        Answer answer = chat.ask(ChatRequest.of("Why?"));
        List<String> ends = new CopyOnWriteArrayList<>();
        Thread interrupted = Thread.ofVirtual().start(() -> {
            try {
                answer.await();
            } catch (ChatException.Interrupted e) {
                ends.add("interrupted, flag " + Thread.currentThread().isInterrupted());
            }
        });
        interrupted.interrupt();
        interrupted.join();
        Thread closed = Thread.ofVirtual().start(() -> {
            try {
                answer.forEach(change -> {});
            } catch (ChatException.Closed e) {
                ends.add("closed");
            }
        });
        assertThatThrownBy(() -> chat.ask(ChatRequest.builder()
                        .message("Why?")
                        .requestId(answer.requestId())
                        .build()))
                .isInstanceOf(IllegalArgumentException.class);
        chat.close();
        closed.join();

        assertThat(ends).containsExactly("interrupted, flag true", "closed");
        assertThatThrownBy(() -> chat.ask(ChatRequest.of("Why?"))).isInstanceOf(ChatException.Closed.class);
        assertThatThrownBy(() -> chat.cancel("r1")).isInstanceOf(ChatException.Closed.class);
    }
}
