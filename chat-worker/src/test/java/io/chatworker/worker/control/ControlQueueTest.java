package io.chatworker.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.chatworker.contracts.Contract;
import io.chatworker.worker.decode.CommandDecoder;
import io.chatworker.worker.run.Chat;
import io.chatworker.worker.run.OtherWorkers;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.Waits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands are heard for as long as the connection stays, whatever happens to the queue and its channel. */
class ControlQueueTest {

    private static final int MAX_CHANNELS = 3;

    private final String exchange = "control-test-" + UUID.randomUUID();
    private final BlockingQueue<Predicate<Chat>> heard = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private volatile boolean failing;
    private Connection connection;
    private Channel channel;
    private ControlQueue control;

    @BeforeEach
    void listen() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(TestBroker.shared().uri());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setRequestedChannelMax(MAX_CHANNELS);
        connection = factory.newConnection();
        channel = connection.createChannel();
        channel.exchangeDeclare(exchange, "fanout");
        ControlListener listener = new ControlListener(
                new CommandDecoder(),
                new Cancellations(Duration.ofMinutes(1), InstantSource.system()),
                this::cancel,
                new Describer(null, null, exchange, null, null),
                new OtherWorkers("w1", "chat.requests", null, timer));
        control = new ControlQueue(exchange, "w1", listener, timer);
        assertThat(control.isListening()).isFalse();
        control.listen(connection);
    }

    @AfterEach
    void close() throws Exception {
        channel.exchangeDelete(exchange);
        connection.close();
        timer.shutdownNow();
    }

    private void cancel(Predicate<Chat> which) {
        heard.add(which);
        if (failing) {
            throw new IllegalStateException("a fault");
        }
    }

    @Test
    void aCommandIsHeard() throws Exception {
        assertThat(control.isListening()).isTrue();

        assertHears();
    }

    @Test
    void aCommandThatFailsEndsNothing() throws Exception {
        failing = true;
        assertHears();
        String queue = control.queue();

        failing = false;
        assertHears();

        assertThat(control.queue()).isEqualTo(queue);
        assertThat(control.isListening()).isTrue();
    }

    @Test
    void whereTheQueueIsDeletedAnotherIsThereAtOnce() throws Exception {
        String first = control.queue();

        channel.queueDelete(first);

        Waits.until("another queue", () -> control.queue() != null && !first.equals(control.queue()));
        assertHears();
    }

    /** The connection has room for one channel more than are needed at once. */
    @Test
    void aDeletedQueueLeavesNoChannelBehind() throws Exception {
        for (int i = 0; i < MAX_CHANNELS + 1; i++) {
            String queue = control.queue();
            channel.queueDelete(queue);
            Waits.until("another queue", () -> control.isListening() && !queue.equals(control.queue()));
        }

        assertHears();
    }

    @Test
    void aBindingThatSomebodyRemovedIsBackWithTheNextCheck() throws Exception {
        channel.queueUnbind(control.queue(), exchange, "");

        assertThat(control.check(connection)).isNull();

        assertHears();
    }

    @Test
    void aCheckSaysWhatIsMissing() throws Exception {
        String queue = control.queue();
        channel.exchangeDelete(exchange);

        assertThat(control.check(connection)).isEqualTo("the binding of " + queue + " is not there");

        channel.exchangeDeclare(exchange, "fanout");
        assertThat(control.check(connection)).isNull();
        assertHears();
    }

    @Test
    void aQueueOnAConnectionThatIsGoneIsNotOpenedAgain() throws Exception {
        connection.close();

        Waits.until("no commands", () -> !control.isListening());
        assertThat(control.check(connection)).isNotNull();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(TestBroker.shared().uri());
        connection = factory.newConnection();
        channel = connection.createChannel();
        control.listen(connection);
        assertHears();
    }

    private void assertHears() throws Exception {
        heard.clear();
        BasicProperties cancel =
                new BasicProperties.Builder().type(Contract.TYPE_CANCEL).build();
        channel.basicPublish(exchange, "", cancel, "{\"request_id\":\"r1\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(heard.poll(10, TimeUnit.SECONDS)).as("a command").isNotNull();
    }
}
