package io.chatworker.worker.testing;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What an operator sees and does at the broker: looks at queues, takes letters out, declares and deletes. */
public final class Queues {

    private final Supplier<Connection> connection;
    private final List<String> toRemove = new ArrayList<>();

    Queues(Supplier<Connection> connection) {
        this.connection = connection;
    }

    /** Something done on a channel. */
    public interface Work<T> {
        T on(Channel channel) throws IOException;
    }

    /** Does something on a channel of its own, which an error of it closes. */
    public <T> T with(Work<T> work) {
        try {
            Channel own = connection.get().createChannel();
            try {
                return work.on(own);
            } finally {
                if (own.isOpen()) {
                    own.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a passive declare of a queue answers; fails where there is none. */
    public AMQP.Queue.DeclareOk look(String queue) {
        return with(any -> any.queueDeclarePassive(queue));
    }

    /** Messages in a queue that no consumer holds. */
    public int waiting(String queue) {
        return look(queue).getMessageCount();
    }

    /** Like it; none in a queue that does not exist. */
    int waitingIfThere(String queue) {
        try {
            return waiting(queue);
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    /** Waits until a queue holds so many. */
    public void awaitWaiting(String queue, int count) {
        Waits.until(() -> count + " messages in " + queue + ", not " + waiting(queue), () -> waiting(queue) == count);
    }

    /** Waits for the next message of a queue and takes it out. */
    public GetResponse awaitMessage(String queue) {
        List<GetResponse> got = new ArrayList<>();
        Waits.until("a message in " + queue, () -> {
            GetResponse message = with(any -> any.basicGet(queue, true));
            if (message != null) {
                got.add(message);
            }
            return message != null;
        });
        return got.getFirst();
    }

    /** Declares a durable queue that is deleted at the end. */
    public String declare(String queue, Map<String, Object> arguments) {
        removeAtEnd(queue);
        with(any -> any.queueDeclare(queue, true, false, false, arguments));
        return queue;
    }

    /** Has a queue that the worker declares deleted at the end. */
    public void removeAtEnd(String queue) {
        toRemove.add(queue);
    }

    /** Deletes these exchanges and queues, and the queues of the tests. */
    void remove(List<String> exchanges, List<String> queues) {
        toRemove.addAll(queues);
        toRemove.forEach(queue -> quietly(any -> any.queueDelete(queue)));
        toRemove.clear();
        exchanges.forEach(exchange -> quietly(any -> any.exchangeDelete(exchange)));
    }

    private void quietly(Work<?> work) {
        try {
            with(work);
        } catch (UncheckedIOException | ShutdownSignalException e) {
            // It was not there.
        }
    }
}
