package io.chatworker.client;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Offers functions to the models: a worker that is asked with {@code tool_rounds} publishes the model's calls, and who
 * offers the function answers.
 *
 * <pre>{@code
 * try (ChatTools tools = ChatTools.connect()) {
 *     tools.offer("get_weather", call -> Map.of("celsius", weatherIn(call.arguments().get("city"))));
 *     Thread.currentThread().join();
 * }
 * }</pre>
 *
 * <p>Each function has a queue {@code chat.tools.<name>}, bound to the exchange {@code chat.tools}; services that offer the
 * same function share it, and the broker removes it with the last of them. A call is acknowledged once the broker has its
 * result, so a service that dies leaves its calls to the others: a call may come twice, with the same idempotency key.
 * What a function throws, and what takes too long, is told to the model as an error; it fails no request.
 *
 * <p>A lost connection comes back by itself. Safe for any thread; the threads of its own are daemons.
 */
public final class ChatTools implements AutoCloseable {

    /** How long {@link #close} waits for the calls under way. */
    static final Duration DRAIN = Duration.ofSeconds(10);

    /** How long a call may take by default: a worker's {@code CHAT_TOOL_TIMEOUT}. The call's own deadline holds anyway. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    // A function's name and an id of the contract are made of the same letters.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Topology topology;
    private final Duration sendTimeout;
    private final Consumer<String> problems;
    private final Link link;
    private final Post post;
    private final List<ToolOffer> offers = new CopyOnWriteArrayList<>();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Link.named("chat-timer"), new ThreadPoolExecutor.DiscardPolicy());

    ChatTools(ChatClientBuilder with) {
        topology = with.topology;
        sendTimeout = with.sendTimeout;
        problems = with.problems;
        timer.setRemoveOnCancelPolicy(true);
        link = new Link(with.nodes, with.name, sendTimeout, this::consume, problems);
        post = new Post(link, topology, "tool");
        post.open();
    }

    /** By the environment's variables, as a worker is; {@link ChatClientBuilder#connectTools} for settings of one's own. */
    public static ChatTools connect() {
        return ChatClient.builder()
                .environment(System.getenv())
                .name("chat tools")
                .connectTools();
    }

    /** Offers a function, one call at a time. */
    public ToolOffer offer(String name, ToolFunction function) {
        return offer(name, 1, DEFAULT_TIMEOUT, function);
    }

    /**
     * Offers a function.
     *
     * @param name as the request's {@code tools} have it
     * @param concurrency calls at once, each on a thread of its own
     * @param timeout after it the thread is interrupted, and the model is told
     * @throws IllegalArgumentException for a name that no worker would call
     * @throws ChatException.BrokerRefused where the exchange is missing, or the user may not have the queue
     */
    public ToolOffer offer(String name, int concurrency, Duration timeout, ToolFunction function) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a tool's name is 1 to 64 letters, digits, '_' and '-': " + name);
        }
        ToolOffer offer = new ToolOffer(this, topology, name, function, concurrency, timeout);
        offers.add(offer);
        try {
            offer.consume(link.connection(System.nanoTime() + sendTimeout.toNanos()), this::renew);
            return offer;
        } catch (IOException | ShutdownSignalException e) {
            offer.close();
            throw post.refused(e);
        } catch (ChatException e) {
            offer.close();
            throw e;
        }
    }

    private void consume(Connection connection) throws IOException {
        for (ToolOffer offer : offers) {
            offer.consume(connection, this::renew);
        }
    }

    private void renew(Throwable why) {
        link.renew(why);
    }

    Future<?> after(Duration time, Runnable task) {
        return timer.schedule(task, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    void reply(String queue, AMQP.BasicProperties properties, byte[] body) {
        try {
            // Where it comes back nobody waits for it any more.
            post.send("", queue, properties, body, sendTimeout, Post.Before.NOTHING);
        } catch (ChatException e) {
            problems.accept("The result of a tool call was not sent: " + e.getMessage());
        }
    }

    void forget(ToolOffer offer) {
        offers.remove(offer);
    }

    /** Takes no more calls, waits ten seconds for those under way, and closes the connection. Again: nothing. */
    @Override
    public void close() {
        offers.forEach(ToolOffer::close);
        timer.shutdownNow();
        link.close();
    }
}
