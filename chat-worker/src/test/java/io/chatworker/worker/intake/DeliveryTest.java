package io.chatworker.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeliveryTest {

    private final List<String> calls = new CopyOnWriteArrayList<>();

    @Test
    void anAckIsForThisDeliveryAlone() {
        delivery(channel(null)).ack();

        assertThat(calls).containsExactly("basicAck[7, false]");
    }

    @Test
    void aRequeueIsForThisDeliveryAlone() {
        delivery(channel(null)).requeue();

        assertThat(calls).containsExactly("basicNack[7, false, true]");
    }

    @Test
    @Law(1)
    @DisplayName("Of several settlements the first counts")
    void ofSeveralSettlementsTheFirstCounts() {
        Delivery delivery = delivery(channel(null));
        delivery.requeue();
        delivery.ack();
        delivery.requeue();

        assertThat(calls).containsExactly("basicNack[7, false, true]");
    }

    @Test
    void settlementsOfManyThreadsAreOne() throws Exception {
        Delivery delivery = delivery(channel(null));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> all = IntStream.range(0, 50)
                    .mapToObj(i -> threads.submit(i % 2 == 0 ? delivery::ack : delivery::requeue))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
        }

        assertThat(calls).hasSize(1);
    }

    @Test
    void aSettlementOnAClosedChannelComesToNothing() {
        ShutdownSignalException closed = new ShutdownSignalException(false, false, null, null);

        assertThatCode(delivery(channel(new AlreadyClosedException(closed)))::ack)
                .doesNotThrowAnyException();
        assertThatCode(delivery(channel(new IOException("gone")))::requeue).doesNotThrowAnyException();
    }

    @Test
    void aDeliveryKnowsItsChannelItself() {
        Channel channel = channel(null);

        assertThat(delivery(channel).cameOn(channel)).isTrue();
        assertThat(delivery(channel).cameOn(channel(null))).isFalse();
    }

    private Channel channel(Exception failure) {
        return (Channel) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Channel.class}, (_, method, arguments) -> {
                    if (failure != null) {
                        throw failure;
                    }
                    calls.add(method.getName() + Arrays.toString(arguments));
                    return null;
                });
    }

    private static Delivery delivery(Channel channel) {
        return new Delivery(
                channel, new Envelope(7, false, "chat.requests", "any"), new BasicProperties(), new byte[0], false);
    }
}
