package io.chatworker.client;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.contracts.CancelCommand;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.DescribeCommand;
import io.chatworker.contracts.Description;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the workers behind a broker; many at once over one connection. See the package for an example.
 *
 * <p>Declares one queue, {@code chat.replies.<random>}, and nothing else. Each request's events are bound to it before the
 * request is published, mandatory and confirmed. The queue is durable and stays ten minutes without its client, so a lost
 * connection or a restarted broker loses no terminal event; a queue that somebody deletes is declared again, with its
 * bindings, within moments; what was published meanwhile is missed. {@link #close} deletes it. The user needs what {@code publisher} has in {@code ops/rabbitmq/definitions.json}.
 *
 * <p>Safe for any thread; the threads of its own are daemons. All that goes wrong is a {@link ChatException}.
 *
 * <p>Over 300 lines, because all that is public of a client stands here; what is behind it is in {@link Link}, {@link Post}
 * and {@link ReplyQueue}.
 */
public final class ChatClient implements AutoCloseable {

    private static final int MAX_ROUTING_KEY_BYTES = 255;
    // From a time-out to the deadline by which workers end what nobody cancelled.
    private static final Duration AFTER = Duration.ofSeconds(10);
    // For what is done behind the caller's back.
    private static final Duration SHORT = Duration.ofSeconds(2);

    private final Topology topology;
    private final Duration sendTimeout;
    private final Duration answerTimeout;
    private final Supplier<Map<String, Object>> headers;
    private final Consumer<String> problems;

    private final ReplyQueue replies;
    private final Link link;
    private final Post post;
    // Takes nothing more once the client is closed.
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Link.named("chat-timer"), new ThreadPoolExecutor.DiscardPolicy());

    private final Map<String, Asked> asked = new ConcurrentHashMap<>();
    private final Map<String, BlockingQueue<Description>> described = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** An answer under way, and the task that ends its time. */
    private record Asked(Answer answer, ScheduledFuture<?> end) {}

    ChatClient(ChatClientBuilder with) {
        topology = with.topology;
        sendTimeout = with.sendTimeout;
        answerTimeout = with.answerTimeout;
        headers = with.headers;
        problems = with.problems;
        timer.setRemoveOnCancelPolicy(true);
        replies = new ReplyQueue(topology, asked.keySet(), this::arrived, this::renew);
        link = new Link(with.nodes, with.name, sendTimeout, replies, this::problem);
        post = new Post(link, topology, "publisher");
        post.open();
    }

    /** By the environment's variables, as a worker is. */
    public static ChatClient connect() {
        return builder().environment(System.getenv()).connect();
    }

    /** With settings of one's own. */
    public static ChatClientBuilder builder() {
        return new ChatClientBuilder();
    }

    /** The reply queue is gone: nothing to mend where {@link #close} deleted it. */
    private void renew(Throwable why) {
        if (!closed) {
            link.renew(why);
        }
    }

    /** Asks; see {@link #ask(ChatRequest, Duration, AnswerListener)}. */
    public Answer ask(ChatRequest request) {
        return ask(request, answerTimeout, AnswerListener.NONE);
    }

    /** Likewise, with a time-out of its own. */
    public Answer ask(ChatRequest request, Duration timeout) {
        return ask(request, timeout, AnswerListener.NONE);
    }

    /** Likewise, with somebody who hears of it as it comes. */
    public Answer ask(ChatRequest request, AnswerListener listener) {
        return ask(request, answerTimeout, listener);
    }

    /**
     * Publishes the request and returns once the broker has it; the answer is then on its way. Absent ids,
     * {@code sent_at} and {@code deadline} are set; the deadline is ten seconds behind the time-out and ends the request
     * where this process is gone by then. The routing key is the model's name, empty where it has none.
     *
     * @param timeout from now to the terminal event; then the workers are told to stop
     * @throws IllegalArgumentException where this client is asking under the same request id
     * @throws ChatException.NobodyListens where no queue takes requests
     * @throws ChatException where the broker does not take it for another reason
     */
    public Answer ask(ChatRequest request, Duration timeout, AnswerListener listener) {
        if (closed) {
            throw new ChatException.Closed("The client is closed.");
        }
        ChatRequest named = named(request, timeout);
        String id = String.valueOf(named.requestId());
        Answer answer = new Answer(this, id, String.valueOf(named.conversationId()), listener);
        Asked entry = new Asked(
                answer, timer.schedule(() -> timeOut(answer, timeout), timeout.toNanos(), TimeUnit.NANOSECONDS));
        if (asked.putIfAbsent(id, entry) != null) {
            entry.end().cancel(false);
            throw new IllegalArgumentException("request id " + id + " is being asked by this client already");
        }
        try {
            send(named, id);
        } catch (ChatException.NotConfirmed | ChatException.Interrupted e) {
            // It may have arrived, and would be answered to nobody.
            timer.execute(() -> stop(answer));
            throw e;
        } catch (RuntimeException e) {
            forget(answer);
            throw e;
        }
        return answer;
    }

    private static ChatRequest named(ChatRequest request, Duration timeout) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return request.toBuilder()
                .requestId(request.requestId() == null ? newId() : request.requestId())
                .conversationId(request.conversationId() == null ? newId() : request.conversationId())
                .sentAt(request.sentAt() == null ? now : request.sentAt())
                .deadline(request.deadline() == null ? now.plus(timeout).plus(AFTER) : request.deadline())
                .build();
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private void send(ChatRequest request, String id) {
        AMQP.BasicProperties properties = Post.properties(Contract.TYPE_REQUEST)
                .messageId(id)
                .correlationId(id)
                .deliveryMode(2)
                .headers(headers.get())
                .build();
        String key = routingKey(request.model());
        switch (post.send(
                topology.requests(),
                key,
                properties,
                Json.bytes(request),
                sendTimeout,
                channel -> replies.bind(channel, id))) {
            case TAKEN -> {}
            case RETURNED ->
                throw new ChatException.NobodyListens(
                        "No queue takes requests for '" + key + "'.",
                        "Start a worker, which declares the queue, or name a model that a pool serves.");
            case REFUSED ->
                throw new ChatException.QueueFull(
                        "The queue of requests is full.", "Wait until the workers catch up, or start more.");
        }
    }

    private static String routingKey(@Nullable String model) {
        if (model == null || model.getBytes(StandardCharsets.UTF_8).length > MAX_ROUTING_KEY_BYTES) {
            return "";
        }
        return model;
    }

    /**
     * Tells the workers to stop this request, whoever asked it.
     *
     * @return false where no worker listens
     */
    public boolean cancel(String requestId) {
        return command(new CancelCommand(requestId, null, null), sendTimeout);
    }

    /** Likewise all that the conversation has asked so far. */
    public boolean cancelConversation(String conversationId) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return command(new CancelCommand(null, conversationId, now), sendTimeout);
    }

    private boolean command(CancelCommand command, Duration patience) {
        AMQP.BasicProperties properties = Post.properties(Contract.TYPE_CANCEL).build();
        return post.send(topology.control(), "", properties, Json.bytes(command), patience, Post.Before.NOTHING)
                == Post.Outcome.TAKEN;
    }

    /**
     * Asks every worker what it is and can, and waits so long for their answers, since nobody knows how many there are.
     *
     * @return empty at once where no worker listens
     */
    public List<Description> describe(Duration wait) {
        return describe(wait, Integer.MAX_VALUE);
    }

    /** Likewise, and returns as soon as so many have answered: 1 where any worker will do. */
    public List<Description> describe(Duration atMost, int enough) {
        String id = newId();
        BlockingQueue<Description> answers = new LinkedBlockingQueue<>();
        described.put(id, answers);
        try {
            List<Description> workers = new ArrayList<>();
            if (askToDescribe(id, sendTimeout) == Post.Outcome.TAKEN) {
                long until = System.nanoTime() + atMost.toNanos();
                while (workers.size() < enough) {
                    Description worker = answers.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (worker == null) {
                        break;
                    }
                    workers.add(worker);
                }
            }
            return List.copyOf(workers);
        } catch (InterruptedException e) {
            throw new ChatException.Interrupted(e);
        } finally {
            described.remove(id);
        }
    }

    private Post.Outcome askToDescribe(String id, Duration patience) {
        AMQP.BasicProperties properties = Post.properties(Contract.TYPE_DESCRIBE)
                .replyTo(replies.name())
                .correlationId(id)
                .build();
        byte[] body = Json.bytes(new DescribeCommand());
        return post.send(topology.control(), "", properties, body, patience, Post.Before.NOTHING);
    }

    /** By the delivery thread. */
    private void arrived(Delivery delivery) {
        if (Contract.TYPE_DESCRIPTION.equals(delivery.getProperties().getType())) {
            guarded(() -> described(delivery));
            return;
        }
        ReceivedEvent event = ReceivedEvent.of(delivery);
        Asked to = asked.get(ReplyQueue.requestId(event.routingKey()));
        if (to != null) {
            to.answer().arrived(event);
        }
    }

    private void described(Delivery delivery) {
        String id = delivery.getProperties().getCorrelationId();
        BlockingQueue<Description> answers = id == null ? null : described.get(id);
        if (answers != null) {
            answers.add(Json.MAPPER.readValue(delivery.getBody(), Description.class));
        }
    }

    private void timeOut(Answer answer, Duration timeout) {
        // The cause is looked for before anybody is told, and not at all without a connection.
        String next = whatNext(answer);
        String what = "No answer to request " + answer.requestId() + " within " + Post.text(timeout) + ": "
                + answer.lastSeenText() + ".";
        if (answer.end(new ChatException.TimedOut(what, next, answer.lastSeen()))) {
            stop(answer);
        }
    }

    private String whatNext(Answer answer) {
        if (answer.lastSeen() != null) {
            return "Give it more time, or ask describe() what its worker does.";
        }
        if (!link.isFree()) {
            return "The broker is away, or takes no messages: look at it first.";
        }
        try {
            return askToDescribe(newId(), SHORT) == Post.Outcome.TAKEN
                    ? "Workers are there, and busy or paused: ask describe() why, or start more."
                    : "No worker is connected to this broker: start one.";
        } catch (ChatException e) {
            return e.what() + " " + e.next();
        }
    }

    void close(Answer answer) {
        if (answer.end(new ChatException.Closed("The answer was closed."))) {
            stop(answer);
        }
    }

    /** Follows it no more, and tells the workers where that can be done now. */
    private void stop(Answer answer) {
        forget(answer);
        if (!link.isFree()) {
            problem("Request " + answer.requestId() + " is not cancelled, since the broker is away.");
            return;
        }
        try {
            command(new CancelCommand(answer.requestId(), null, null), SHORT);
        } catch (ChatException e) {
            problem("Request " + answer.requestId() + " is not cancelled: " + e.getMessage());
        }
    }

    /** Follows it no more. */
    void forget(Answer answer) {
        Asked entry = asked.remove(answer.requestId());
        if (entry == null) {
            return;
        }
        entry.end().cancel(false);
        timer.execute(() -> unbind(answer.requestId()));
    }

    private void unbind(String id) {
        try {
            Channel channel = link.channel(System.nanoTime());
            try {
                replies.unbind(channel, id);
            } finally {
                Post.abort(channel);
            }
        } catch (IOException | ChatException | ShutdownSignalException e) {
            // The binding stays as long as the queue, and nothing comes through it any more.
        }
    }

    void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            problem("What was called for an event failed: " + e);
        }
    }

    void problem(String sentence) {
        problems.accept(sentence);
    }

    /** Cancels what is under way, deletes the reply queue and closes the connection. Again: nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        List.copyOf(asked.values()).forEach(entry -> close(entry.answer()));
        timer.shutdownNow();
        try {
            Channel channel = link.channel(System.nanoTime());
            channel.queueDelete(replies.name());
        } catch (IOException | ChatException | ShutdownSignalException e) {
            // The broker deletes it soon.
        }
        link.close();
    }
}
