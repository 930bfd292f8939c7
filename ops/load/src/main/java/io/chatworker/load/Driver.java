package io.chatworker.load;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.client.BrokerNodes;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.EventName;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends requests and reads events: keeps one request per stream of the scenario in flight, and checks every event that
 * comes back. All events of a stream go to the same queue, so that one thread at a time reads them.
 *
 * <p>Not by {@link io.chatworker.client.ChatClient}: it binds and unbinds its queue for each request and waits for each
 * confirm, which would be the broker's CPU time in a window that measures the broker; it decodes whole events, and hands
 * them to another thread, which would be latency; and it mends what is out of order, where this counts it. What stays
 * outside the windows is the client's and the contracts': nodes, names, types, requests.
 */
final class Driver implements AutoCloseable {

    private static final Duration ENDS = Duration.ofMinutes(5);
    private static final int QUEUES = 4;
    private static final int POLL_MS = 20;
    private static final int SLOW_PREFETCH = 100;
    private static final String CHUNK = Contract.type(EventName.CHUNK);
    private static final String COMPLETED = Contract.type(EventName.COMPLETED);
    private static final List<String> FAILURES =
            List.of(Contract.type(EventName.FAILED), Contract.type(EventName.CANCELLED));
    private static final BasicProperties REQUEST = new BasicProperties.Builder()
            .type(Contract.TYPE_REQUEST)
            .deliveryMode(1)
            .build();

    private final Topology topology;
    private final Scenario scenario;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Tally tally = new Tally();
    private final Question question;
    private final Connection connection;
    private final Channel asking;
    private final ReentrantLock askingLock = new ReentrantLock();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile CountDownLatch streaming;
    private volatile boolean[] hasStreamed;
    private final Random random = new Random(1);
    private volatile boolean ending;

    Driver(String brokerUri, Topology topology, Scenario scenario) throws IOException {
        this.topology = topology;
        this.scenario = scenario;
        this.question = new Question(scenario.requestBytes());
        this.streaming = new CountDownLatch(scenario.streams());
        this.hasStreamed = new boolean[scenario.streams()];
        this.connection = BrokerNodes.parse(brokerUri).connect("load", _ -> {});
        this.asking = connection.createChannel();
    }

    /** Requests in flight, by their id. */
    Map<String, Answer> answers() {
        return answers;
    }

    Tally tally() {
        return tally;
    }

    /** Reads from the exchanges of the installation, and declares those that do not exist yet. */
    void listen() throws IOException {
        for (int queue = 0; queue < QUEUES; queue++) {
            Channel channel = connection.createChannel();
            String name = channel.queueDeclare().getQueue();
            for (String exchange : List.of(topology.chunks(), topology.completions())) {
                channel.exchangeDeclare(exchange, BuiltinExchangeType.TOPIC, true);
                channel.queueBind(name, exchange, Answer.conversation(queue) + ".#");
            }
            boolean slow = !scenario.readDelay().isZero();
            if (slow) {
                channel.basicQos(SLOW_PREFETCH);
            }
            channel.basicConsume(name, !slow, new Reader(channel, slow));
        }
    }

    /** Sends the first request of every stream, spread over a second or the time of a token. */
    void begin() throws InterruptedException {
        streaming = new CountDownLatch(scenario.streams());
        hasStreamed = new boolean[scenario.streams()];
        ending = false;
        long pause = Math.max(1_000_000_000L, scenario.periodNanos()) / scenario.streams();
        for (int stream = 0; stream < scenario.streams(); stream++) {
            if (stream > 0) {
                TimeUnit.NANOSECONDS.sleep(pause);
            }
            // The first answers have different lengths, so that they do not all end at once.
            ask(stream, 1 + random.nextInt(scenario.answerTokens()));
        }
    }

    /** Waits until every stream has delivered a token; false if that takes too long. */
    boolean awaitStreams(Duration limit) throws InterruptedException {
        return streaming.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits until any message arrives, at most this long. */
    void awaitMessages(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (tally.chunks().count() == 0 && System.nanoTime() < deadline) {
            Thread.sleep(POLL_MS);
        }
    }

    /** Sends no more requests. */
    void end() {
        ending = true;
    }

    /**
     * Waits until all answers have ended. Those still missing when nothing has arrived for this long, or after some
     * minutes, count as failed.
     */
    void awaitEnds(Duration silence) throws InterruptedException {
        long now = System.nanoTime();
        long limit = now + ENDS.toNanos();
        long lastChange = now;
        long read = tally.chunks().count();
        while (!answers.isEmpty() && now < limit && now - lastChange < silence.toNanos()) {
            Thread.sleep(POLL_MS);
            now = System.nanoTime();
            if (tally.chunks().count() != read) {
                read = tally.chunks().count();
                lastChange = now;
            }
        }
        tally.failed.add(answers.size());
        answers.clear();
    }

    private void ask(int stream, int tokens) {
        Answer answer = new Answer("r" + asked.incrementAndGet(), stream, tokens);
        byte[] body = question.body(answer.requestId, Answer.conversation(stream % QUEUES));
        askingLock.lock();
        try {
            answers.put(answer.requestId, answer);
            answer.publishedAt = TokenText.now();
            asking.basicPublish(topology.requests(), "load", REQUEST, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            askingLock.unlock();
        }
    }

    private void read(String type, byte[] body) {
        long now = TokenText.now();
        if (type.equals(CHUNK)) {
            Event event = Event.of(body);
            Answer answer = answers.get(event.requestId());
            tally.chunk(body.length);
            if (answer == null) {
                tally.disorder.increment();
            } else {
                chunk(answer, event, now);
            }
        } else if (type.equals(COMPLETED)) {
            completed(Event.of(body));
        } else if (FAILURES.contains(type)) {
            tally.failed.increment();
            gone(Event.of(body).requestId());
        } else if (type.isEmpty()) {
            // PerfTest's.
            tally.chunk(body.length);
        }
    }

    private void chunk(Answer answer, Event event, long now) {
        if (answer.check.isUntouched()) {
            tally.firstToken((answer.askedAt - answer.publishedAt) + (now - answer.firstWrittenAt));
            streams(answer.stream);
        }
        String text = event.text();
        answer.check.chunk(event.attempt(), event.sequence(), text);
        for (int at = 0; at + TokenText.LENGTH <= text.length(); at += TokenText.LENGTH) {
            tally.latency(TokenText.age(text, at, now));
            tally.tokens.increment();
        }
    }

    private void streams(int stream) {
        if (!hasStreamed[stream]) {
            hasStreamed[stream] = true;
            streaming.countDown();
        }
    }

    private void completed(Event event) {
        Answer answer = answers.get(event.requestId());
        if (answer == null) {
            tally.disorder.increment();
            return;
        }
        answer.check.end(answer.written, event.chunks(), event.text());
        tally.disorder.add(answer.check.disorder());
        tally.lost.add(answer.check.lost());
        tally.answers.increment();
        gone(answer.requestId);
    }

    /** Sends the next request of the stream from another thread: this one only reads. */
    private void gone(String requestId) {
        Answer answer = answers.remove(requestId);
        if (answer != null && !ending) {
            Thread.startVirtualThread(() -> ask(answer.stream, scenario.answerTokens()));
        }
    }

    /** Removes everything the subject left on the broker, if the broker is still there. */
    void sweep() {
        try {
            for (String queue : topology.queues()) {
                connection.createChannel().queueDelete(queue);
            }
            for (String exchange : topology.exchanges()) {
                connection.createChannel().exchangeDelete(exchange);
            }
        } catch (IOException | ShutdownSignalException e) {
            // It was made for this run and ends with it.
        }
    }

    @Override
    public void close() {
        connection.abort(5_000);
    }

    private final class Reader extends DefaultConsumer {
        private final boolean slow;

        Reader(Channel channel, boolean slow) {
            super(channel);
            this.slow = slow;
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body)
                throws IOException {
            read(properties.getType() == null ? "" : properties.getType(), body);
            if (slow) {
                LockSupport.parkNanos(scenario.readDelay().toNanos());
                getChannel().basicAck(envelope.getDeliveryTag(), false);
            }
        }
    }
}
