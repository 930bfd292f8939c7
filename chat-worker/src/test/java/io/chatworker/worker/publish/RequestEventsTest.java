package io.chatworker.worker.publish;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.CancelReason;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.Started;
import io.chatworker.contracts.TerminalEvent;
import io.chatworker.contracts.Topology;
import io.chatworker.contracts.Waiting;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.publish.ScriptedBroker.Written;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class RequestEventsTest {

    private static final Started STARTED = new Started(1, "r1", "c1", 1, "run", "m", "general", null, "w", null, null);
    private static final Waiting WAITING = new Waiting("r1", "c1", 1, "run", WaitingReason.RETRY, null);
    private static final TerminalEvent END =
            new Cancelled(1, "r1", "c1", 1, "run", CancelReason.CANCELLED, null, null, 0, null, null, null);

    private static final EventJson JSON = new EventJson(WorkerMapper.get());

    private final ScriptedBroker broker = new ScriptedBroker();
    private final PublishCounts counts = new PublishCounts();
    private final Stripe stripe = new Stripe(counts, new SizeLimit(), Blame::fallsOnAMessage, (_, _) -> {});
    private final CountDownLatch gone = new CountDownLatch(1);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void open() throws IOException {
        stripe.open(broker.connection());
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void withoutAReplyQueueEventsGoToTheExchanges() throws Exception {
        broker.confirmsAll = true;
        RequestEvents events = events(null, null);
        events.publish(STARTED);
        events.publish(WAITING);
        chunk(events);
        assertThat(end(events)).isEqualTo(Confirmation.CONFIRMED);

        assertThatNextGoesTo("chat.chunks", "c1.r1.started", false);
        assertThatNextGoesTo("chat.chunks", "c1.r1.waiting", false);
        assertThatNextGoesTo("chat.chunks", "c1.r1.chunk", false);
        assertThatNextGoesTo("chat.completions", "c1.r1.cancelled", true);
        assertThat(broker.written).isEmpty();
        assertThat(counts.chunks.sum()).isEqualTo(1);
    }

    @Test
    void withAReplyQueueTheyGoThereAndTheTerminalEventToBoth() throws Exception {
        broker.confirmsAll = true;
        RequestEvents events = events("amq.gen-1", null);
        events.publish(STARTED);
        events.publish(WAITING);
        chunk(events);
        end(events);

        assertThatNextGoesTo("", "amq.gen-1", true);
        assertThatNextGoesTo("", "amq.gen-1", false);
        assertThatNextGoesTo("", "amq.gen-1", true);
        assertThatNextGoesTo("", "amq.gen-1", false);
        assertThatNextGoesTo("chat.completions", "c1.r1.cancelled", true);
        assertThat(broker.written).isEmpty();
    }

    @Test
    void toDirectReplyToNothingIsMandatory() throws Exception {
        RequestEvents events = events("amq.rabbitmq.reply-to.g1h2", null);
        events.publish(STARTED);
        chunk(events);

        assertThatNextGoesTo("", "amq.rabbitmq.reply-to.g1h2", false);
        assertThatNextGoesTo("", "amq.rabbitmq.reply-to.g1h2", false);
    }

    @Test
    @Law(4)
    @DisplayName("A chunk that comes back means that the requester went")
    void aReturnedChunkMeansThatTheRequesterIsGone() throws Exception {
        chunk(events("amq.gen-1", null));
        broker.line().giveBack("", "amq.gen-1");

        assertThat(gone.await(5, SECONDS)).isTrue();
        assertThat(counts.returned.sum()).isEqualTo(1);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    void anEventsPropertiesSayWhatItIs(String trace) throws Exception {
        broker.confirmsAll = true;
        RequestEvents events = events(null, trace);
        events.publish(STARTED);
        chunk(events);
        end(events);
        Instant now = Instant.now();

        for (String type : new String[] {"chat.started", "chat.chunk", "chat.cancelled"}) {
            BasicProperties properties = broker.take().properties();
            boolean terminal = type.equals("chat.cancelled");
            assertThat(properties.getType()).isEqualTo(type);
            assertThat(properties.getContentType()).isEqualTo("application/json");
            assertThat(properties.getCorrelationId()).isEqualTo("k");
            assertThat(properties.getAppId()).isEqualTo("chat-worker");
            assertThat(properties.getMessageId()).isEqualTo(terminal ? "r1" : null);
            assertThat(properties.getDeliveryMode()).isEqualTo(terminal ? 2 : 1);
            assertThat(properties.getHeaders()).isEqualTo(trace == null ? null : Map.of("traceparent", trace));
            assertThat(properties.getExpiration()).isNull();
            assertThat(properties.getUserId()).isNull();
            assertThat(Duration.between(properties.getTimestamp().toInstant(), now))
                    .isBetween(Duration.ofSeconds(-1), Duration.ofSeconds(10));
        }
    }

    @Test
    @Law(1)
    @DisplayName("The terminal event is published again until a queue takes it")
    void aNackedTerminalEventIsPublishedAgain() throws Exception {
        RequestEvents events = events("amq.gen-1", null);
        CompletableFuture<Confirmation> confirmation = CompletableFuture.supplyAsync(() -> end(events));
        assertThatNextGoesTo("", "amq.gen-1", false);
        assertThatNextGoesTo("chat.completions", "c1.r1.cancelled", true);
        broker.line().ack(1);
        broker.line().nack(2);
        for (int channel = 0; channel < Doubt.IN_A_ROW; channel++) {
            stripe.open(broker.connection());
            assertThatNextGoesTo("chat.completions", "c1.r1.cancelled", true);
            broker.line().nack(1);
        }
        assertThatNextGoesTo("chat.completions", "c1.r1.cancelled", true);
        broker.line().ackUpTo(2);

        assertThat(confirmation.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    void theCopyOfANackedTerminalEventIsPublishedAgainOnlyWhereItWasNackedToo() throws Exception {
        RequestEvents events = events("amq.gen-1", null);
        CompletableFuture<Confirmation> confirmation = CompletableFuture.supplyAsync(() -> end(events));
        for (int channel = 0; channel <= Doubt.IN_A_ROW; channel++) {
            assertThatNextGoesTo("", "amq.gen-1", false);
            assertThatNextGoesTo("chat.completions", "c1.r1.cancelled", true);
            broker.line().nack(1);
            broker.line().nack(2);
            if (channel < Doubt.IN_A_ROW) {
                stripe.open(broker.connection());
            }
        }
        assertThatNextGoesTo("", "amq.gen-1", false);
        assertThatNextGoesTo("chat.completions", "c1.r1.cancelled", true);
        broker.line().ackUpTo(4);

        assertThat(confirmation.get(5, SECONDS)).isEqualTo(Confirmation.CONFIRMED);
    }

    @Test
    void aTerminalEventThatTheBrokerRefusesForItsSizeIsTooLarge() throws Exception {
        RequestEvents events = events("amq.gen-1", null);
        CompletableFuture<Confirmation> confirmation = CompletableFuture.supplyAsync(() -> end(events));
        broker.take();
        broker.take();
        broker.line().close(406, "PRECONDITION_FAILED - message size 99 is larger than configured max size 9");

        assertThat(confirmation.get(5, SECONDS)).isEqualTo(Confirmation.TOO_LARGE);
    }

    @Test
    void aTerminalEventThatNoQueueWantsIsUnroutable() throws Exception {
        RequestEvents events = events(null, null);
        CompletableFuture<Confirmation> confirmation = CompletableFuture.supplyAsync(() -> end(events));
        broker.take();
        broker.line().giveBack("chat.completions", "c1.r1.cancelled");
        broker.line().ack(1);

        assertThat(confirmation.get(5, SECONDS)).isEqualTo(Confirmation.UNROUTABLE);
    }

    private static Confirmation end(RequestEvents events) {
        try {
            return events.publishTerminal(END, events.encode(END));
        } catch (PublishAbandoned e) {
            throw new AssertionError(e);
        }
    }

    private void chunk(RequestEvents events) throws PublishAbandoned {
        new ChunkStream(events, JSON, events.head(1, "run"), Duration.ZERO, timer).accept("a", "", null, null, false);
    }

    private RequestEvents events(String replyTo, String trace) {
        TraceContext context = trace == null ? TraceContext.NONE : new TraceContext(trace, "a=b");
        RequestEvents events = new RequestEvents(
                new ConfirmedSend(stripe, () -> {}, new StopSignal()),
                Topology.DEFAULT,
                JSON,
                counts,
                new Address("r1", "c1", "k", replyTo, context));
        events.onRequesterGone(gone::countDown);
        return events;
    }

    private void assertThatNextGoesTo(String exchange, String key, boolean mandatory) throws InterruptedException {
        Written message = broker.take();
        assertThat(message.exchange()).isEqualTo(exchange);
        assertThat(message.key()).isEqualTo(key);
        assertThat(message.mandatory()).isEqualTo(mandatory);
    }
}
