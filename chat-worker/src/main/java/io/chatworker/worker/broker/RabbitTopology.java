package io.chatworker.worker.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.client.ReplyCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.Exchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.core.RabbitAdmin;

/**
 * Makes sure that the exchanges and queues of one installation are there: on each fresh connection, and again while it
 * stays open, since somebody may remove a part of them under it.
 *
 * <p>Every question is put on a channel of its own, which an answer such as 404 or 406 closes; nothing else on the
 * connection takes harm. Any thread.
 */
public final class RabbitTopology {

    /**
     * A pool of workers with a queue of its own.
     *
     * @param queue full name
     * @param bindings routing keys of the requests exchange
     */
    public record Pool(String queue, List<String> bindings) {}

    private interface Lookup {
        void in(Channel channel) throws IOException;
    }

    private static final Logger log = LoggerFactory.getLogger(RabbitTopology.class);

    private final boolean declare;
    private final TopologyDeclarations parts;
    /** How to look for each part that can be looked for, by what it is. There is no looking for a binding in AMQP. */
    private final Map<String, Lookup> lookups = new LinkedHashMap<>();
    /** What the broker said about parts with other arguments: each is told once. */
    private final Map<String, String> others = new ConcurrentHashMap<>();

    private volatile @Nullable String missing;

    public RabbitTopology(BrokerSettings settings, Pool pool) {
        declare = settings.declareTopology();
        parts = TopologyDeclarations.of(settings.topology(), pool);
        for (Exchange exchange : parts.exchanges()) {
            lookups.put(
                    "exchange " + exchange.getName(), channel -> channel.exchangeDeclarePassive(exchange.getName()));
        }
        for (Queue queue : parts.queues()) {
            lookups.put("queue " + queue.getName(), channel -> channel.queueDeclarePassive(queue.getName()));
        }
    }

    /**
     * Declares everything, or with {@code CHAT_DECLARE_TOPOLOGY=false} looks for it. What exists with other arguments
     * is used as it is, with a warning.
     *
     * @throws IOException where something is missing and may not or cannot be declared
     */
    public void ensure(Connection connection) throws IOException {
        List<String> absent = declare ? List.of() : absent(connection);
        if (!absent.isEmpty()) {
            throw new IOException(forbidden(absent));
        }
        if (declare) {
            declareAll(connection);
        }
        missing = null;
    }

    /**
     * Looks again whether everything is there, and declares what may be declared; bindings too, of which nobody can
     * say whether they were missing. One warning when something is missing, one line when it is back.
     *
     * @return what is missing and stays so, for people; null where nothing is
     */
    public @Nullable String check(Connection connection) {
        String before = missing;
        String now = null;
        try {
            List<String> absent = absent(connection);
            if (declare) {
                declareAll(connection);
                absent.forEach(part -> log.warn("{} was missing and is declared again", part));
            } else if (!absent.isEmpty()) {
                now = forbidden(absent);
            }
        } catch (IOException | RuntimeException e) {
            // Without the connection nothing is known, and whoever holds it hears of its end.
            now = connection.isOpen() ? words(e) : before;
        }
        if (now != null && !now.equals(before)) {
            log.warn("{}", now);
        } else if (now == null && before != null) {
            log.info("all exchanges and queues are there again");
        }
        missing = now;
        return now;
    }

    private static String words(Exception e) {
        return e.getMessage() == null ? ReplyCode.reason(e) : e.getMessage();
    }

    private static String forbidden(List<String> absent) {
        return String.join(", ", absent) + (absent.size() == 1 ? " is" : " are")
                + " not there, and CHAT_DECLARE_TOPOLOGY=false forbids declaring";
    }

    private List<String> absent(Connection connection) throws IOException {
        List<String> absent = new ArrayList<>();
        for (Map.Entry<String, Lookup> part : lookups.entrySet()) {
            if (!isThere(connection, part.getValue())) {
                absent.add(part.getKey());
            }
        }
        return absent;
    }

    private static boolean isThere(Connection connection, Lookup lookup) throws IOException {
        Channel channel = BrokerConnection.channel(connection);
        try {
            lookup.in(channel);
            channel.abort();
            return true;
        } catch (IOException e) {
            // Brokers differ in which permission a look takes; a look that is not allowed says nothing of the part.
            int code = ReplyCode.of(e);
            if (code == 0) {
                throw e;
            }
            return code != AMQP.NOT_FOUND;
        }
    }

    private void declareAll(Connection connection) throws IOException {
        RabbitAdmin admin = new RabbitAdmin(new OpenConnectionFactory(connection));
        for (Exchange exchange : parts.exchanges()) {
            declare("exchange " + exchange.getName(), () -> admin.declareExchange(exchange));
        }
        for (Queue queue : parts.queues()) {
            declare("queue " + queue.getName(), () -> admin.declareQueue(queue));
        }
        for (Binding binding : parts.bindings()) {
            declare("binding of " + binding.getDestination(), () -> admin.declareBinding(binding));
        }
    }

    private void declare(String what, Runnable declaration) throws IOException {
        try {
            declaration.run();
            others.remove(what);
        } catch (AmqpException e) {
            String reason = ReplyCode.reason(e);
            if (ReplyCode.of(e) != AMQP.PRECONDITION_FAILED) {
                throw new IOException("could not declare " + what + ": " + reason, e);
            }
            if (!reason.equals(others.put(what, reason))) {
                log.warn("{} exists with other arguments and is used as it is: {}", what, reason);
            }
        }
    }
}
