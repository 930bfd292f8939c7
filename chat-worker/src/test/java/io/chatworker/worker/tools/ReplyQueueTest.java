package io.chatworker.worker.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.Waits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Results are heard for as long as the connection stays, whatever happens to the queue. */
class ReplyQueueTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final WaitingCalls calls = new WaitingCalls(new ResultReader(1000));
    private final ReplyQueue replies = new ReplyQueue("tool-results-test-" + UUID.randomUUID() + ".", "w1", calls);
    private final StopSignal over = new StopSignal();
    private Connection connection;
    private Channel channel;

    @BeforeEach
    void listen() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(TestBroker.shared().uri());
        factory.setAutomaticRecoveryEnabled(false);
        connection = factory.newConnection();
        channel = connection.createChannel();
        replies.listen(connection);
    }

    @AfterEach
    void close() {
        connection.abort();
    }

    private CompletableFuture<ToolEnd> expect(String callId) {
        CompletableFuture<ToolEnd> end = new CompletableFuture<>();
        calls.expect(callId, end::complete);
        return end;
    }

    private void answer(String callId, String body) throws Exception {
        String queue = replies.awaitName(MINUTE, over);
        BasicProperties properties =
                new BasicProperties.Builder().correlationId(callId).build();
        channel.basicPublish("", queue, properties, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theFirstResultCountsAndWhatIsLateOrForeignIsDroppedAndCounted() throws Exception {
        CompletableFuture<ToolEnd> end = expect("call");

        answer("other", "{\"content\":0}");
        answer("call", "{\"content\":1}");
        answer("call", "{\"content\":2}");

        assertThat(Waits.forResult("the end of the call", end).content()).hasToString("1");
        Waits.until("two dropped", () -> calls.dropped().sum() == 2);
    }

    @Test
    void whereTheQueueIsDeletedItsCallsHaveNoAnswerAndAnotherIsThereAtOnce() throws Exception {
        CompletableFuture<ToolEnd> lost = expect("lost");
        String first = replies.awaitName(MINUTE, over);

        channel.queueDelete(first);

        assertThat(Waits.forResult("the end of the call", lost).outcome()).isEqualTo(ToolOutcome.TIMEOUT);
        assertThat(replies.awaitName(MINUTE, over)).isNotNull().isNotEqualTo(first);
        CompletableFuture<ToolEnd> next = expect("next");
        answer("next", "{\"content\":1}");
        assertThat(Waits.forResult("the end of the call", next).outcome()).isEqualTo(ToolOutcome.CONTENT);
    }

    @Test
    void whereThereIsNoneTheWaitForItEndsWithTheStop() {
        ReplyQueue none = new ReplyQueue("never.", "w1", calls);
        over.stop();

        assertThat(none.awaitName(MINUTE, over)).isNull();
    }

    @Test
    void onAConnectionThatIsGoneThereIsNoneAndACheckOpensAnother() throws Exception {
        ReplyQueue queue = new ReplyQueue("tool-results-test-" + UUID.randomUUID() + ".", "w1", calls);
        Connection gone = connection;
        gone.close();

        queue.listen(gone);
        assertThat(queue.awaitName(MINUTE, over)).isNull();

        listen();
        queue.check(connection);
        assertThat(queue.awaitName(MINUTE, over)).isNotNull();
    }
}
