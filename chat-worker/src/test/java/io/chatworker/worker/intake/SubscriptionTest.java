package io.chatworker.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each row of the table in {@link Subscription}'s class comment. */
class SubscriptionTest {

    private static final int PLACES = 4;

    /** A chat that ends when the test says so. */
    private record Chat(Delivery delivery, CompletableFuture<Void> end) {}

    private final ScriptedChannel line = new ScriptedChannel();
    private final BlockingQueue<Chat> chats = new LinkedBlockingQueue<>();
    private final List<Chat> all = new CopyOnWriteArrayList<>();
    private final AtomicInteger lost = new AtomicInteger();
    private final IntakeSettings settings = new IntakeSettings(
            PLACES, new RabbitTopology.Pool("chat.requests", List.of()), Duration.ZERO, Duration.ZERO);
    private final Subscription subscription =
            Subscription.on(line.channel, settings, new Places(PLACES), false, this::run, _ -> lost.incrementAndGet());

    private void run(Delivery delivery) {
        Chat chat = new Chat(delivery, new CompletableFuture<>());
        all.add(chat);
        chats.add(chat);
        chat.end.join();
    }

    @AfterEach
    void endChats() {
        all.forEach(chat -> chat.end.complete(null));
    }

    @Test
    void anIdleOneConsumesWithAllItsPlaces() {
        assertThat(line.calls).isEmpty();

        assertThat(subscription.consume()).isTrue();
        assertThat(subscription.consume()).isFalse();

        assertThat(line.calls).containsExactly("consume 4");
        assertThat(subscription.isLost()).isFalse();
    }

    @Test
    void aPauseCancelsTheConsumersAndKeepsWhatWasDelivered() throws Exception {
        subscription.consume();
        line.deliver();
        Chat chat = chat();

        assertThat(subscription.pause()).isTrue();
        assertThat(subscription.pause()).isFalse();
        assertThat(line.consumers()).isZero();
        chat.delivery.ack();

        assertThat(line.calls).containsExactly("consume 4", "cancel", "ack 1");
        assertThat(lost).hasValue(0);
    }

    @Test
    void anIdleOneIsNotPaused() {
        assertThat(subscription.pause()).isFalse();
        assertThat(line.calls).isEmpty();
    }

    @Test
    void afterAPauseItConsumesOnTheFreePlacesAndFillsTheRestWhenTheyBecomeFree() throws Exception {
        subscription.consume();
        line.deliver();
        line.deliver();
        Chat one = chat();
        Chat two = chat();
        subscription.pause();

        assertThat(subscription.consume()).isTrue();
        assertThat(line.calls).endsWith("consume 2");
        one.end.complete(null);
        Waits.until(
                "a consumer for the place of the first",
                () -> line.calls.getLast().equals("consume 1"));
        two.end.complete(null);
        Waits.until("one for the second's", () -> line.calls.size() == 5);

        assertThat(line.calls).containsExactly("consume 4", "cancel", "consume 2", "consume 1", "consume 1");
        subscription.pause();
        assertThat(line.consumers()).isZero();
    }

    @Test
    void aChatThatEndsDuringAPauseBringsNoConsumer() throws Exception {
        subscription.consume();
        line.deliver();
        Chat chat = chat();
        subscription.pause();

        chat.end.complete(null);
        subscription.consume();

        Waits.until(
                "all places again",
                () -> line.calls.stream()
                                .filter(call -> call.startsWith("consume"))
                                .skip(1)
                                .mapToInt(call -> Integer.parseInt(call.substring(8)))
                                .sum()
                        == PLACES);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClosedChannelIsLostAndTellsItsOwnerOnce(boolean consuming) throws Exception {
        if (consuming) {
            subscription.consume();
        }

        subscription.lose(new IOException("closed"));
        subscription.lose(new IOException("closed"));

        assertThat(subscription.isLost()).isTrue();
        assertThat(lost).hasValue(1);
        assertThat(line.aborted.await(5, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(subscription::check).hasMessage("closed");
    }

    /** As the client does when a consumer's callback throws. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChannelIsLostWhoeverClosesIt(boolean byApplication) throws Exception {
        subscription.consume();

        line.close(byApplication);

        assertThat(line.aborted.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(subscription.isLost()).isTrue();
        assertThat(lost).hasValue(1);
    }

    @Test
    void aConsumerThatTheBrokerCancelsLosesTheChannel() throws Exception {
        subscription.consume();

        line.cancelByBroker();

        assertThat(line.aborted.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(subscription.isLost()).isTrue();
        assertThat(lost).hasValue(1);
    }

    @Test
    void aBrokerThatLetsNobodyConsumeLosesTheChannel() throws Exception {
        line.fail("basicConsume");

        subscription.consume();

        assertThat(subscription.isLost()).isTrue();
        assertThat(line.aborted.await(5, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(subscription::check).hasMessage("basicConsume failed");
    }

    @Test
    @Law(6)
    void aConsumerThatCannotBeCancelledGoesWithItsChannel() throws Exception {
        subscription.consume();
        line.fail("basicCancel");

        subscription.pause();

        assertThat(subscription.isLost()).isTrue();
        assertThat(line.aborted.await(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLostOneStaysLost() {
        subscription.lose(new IOException("closed"));

        assertThat(subscription.consume()).isFalse();
        assertThat(subscription.pause()).isFalse();
        assertThat(subscription.isLost()).isTrue();
        assertThat(line.calls).isEmpty();
    }

    @Test
    void aPlaceIsFreeAgainThoughItsChatThrew() throws Exception {
        subscription.consume();
        for (int i = 0; i < PLACES; i++) {
            line.deliver();
        }
        subscription.pause();
        for (int i = 0; i < PLACES; i++) {
            chat().end.completeExceptionally(new IllegalStateException("a fault"));
        }

        subscription.consume();

        Waits.until("a consumer again", () -> line.consumers() > 0);
    }

    @Test
    void deliveriesKnowTheirChannel() throws Exception {
        subscription.consume();
        line.deliver();
        Delivery delivery = chat().delivery;

        assertThat(subscription.brought(delivery)).isTrue();
        assertThat(subscription.brought(Deliveries.of(delivery.properties, delivery.body)))
                .isFalse();
        delivery.requeue();
        assertThat(line.calls).endsWith("requeue 1");
    }

    private Chat chat() throws InterruptedException {
        Chat chat = chats.poll(5, TimeUnit.SECONDS);
        assertThat(chat).as("a chat within 5 s").isNotNull();
        return chat;
    }
}
