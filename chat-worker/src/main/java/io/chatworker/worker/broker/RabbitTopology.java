package io.chatworker.worker.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.chatworker.client.ReplyCode;
import io.chatworker.contracts.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Exchange;
import org.springframework.amqp.core.ExchangeBuilder;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.core.RabbitAdmin;

/**
 * The exchanges and queues of one installation, declared on each fresh connection.
 *
 * <p>The same declaration of the requests queue passes on RabbitMQ 3.10 to 4.3: arguments that a version does not know
 * are ignored there. At-least-once dead-lettering needs {@code reject-publish}
 * (<a href="https://www.rabbitmq.com/docs/quorum-queues#dead-lettering">quorum queues</a>).
 */
public final class RabbitTopology {

    /**
     * A pool of workers with a queue of its own.
     *
     * @param queue full name
     * @param bindings routing keys of the requests exchange
     */
    public record Pool(String queue, List<String> bindings) {}

    private static final Logger log = LoggerFactory.getLogger(RabbitTopology.class);
    private static final int WEEK_MS = 7 * 24 * 3600 * 1000;

    private final boolean declare;
    private final List<Exchange> exchanges;
    private final List<Queue> queues;
    private final List<Binding> bindings;

    public RabbitTopology(BrokerSettings settings, Pool pool) {
        this.declare = settings.declareTopology();
        Topology names = settings.topology();
        FanoutExchange requestsDefault = new FanoutExchange(names.requestsDefault());
        TopicExchange requests = ExchangeBuilder.topicExchange(names.requests())
                .alternate(names.requestsDefault())
                .build();
        TopicExchange deadLetters = new TopicExchange(names.deadLetters());
        exchanges = List.of(
                requestsDefault,
                requests,
                new TopicExchange(names.chunks()),
                new TopicExchange(names.completions()),
                new FanoutExchange(names.control()),
                deadLetters);

        Queue requestsQueue = requestsQueue(names.requests(), names);
        Queue deadLettersQueue = QueueBuilder.durable(names.deadLetters())
                .quorum()
                .ttl(WEEK_MS)
                .maxLength(10_000L)
                .overflow(QueueBuilder.Overflow.dropHead)
                .build();
        List<Queue> allQueues = new ArrayList<>(List.of(deadLettersQueue, requestsQueue));
        List<Binding> allBindings = new ArrayList<>(List.of(
                BindingBuilder.bind(deadLettersQueue).to(deadLetters).with("#"),
                BindingBuilder.bind(requestsQueue).to(requestsDefault)));
        if (!pool.queue().equals(names.requests())) {
            Queue poolQueue = requestsQueue(pool.queue(), names);
            allQueues.add(poolQueue);
            pool.bindings()
                    .forEach(key -> allBindings.add(
                            BindingBuilder.bind(poolQueue).to(requests).with(key)));
        }
        queues = List.copyOf(allQueues);
        bindings = List.copyOf(allBindings);
    }

    private static Queue requestsQueue(String name, Topology names) {
        return QueueBuilder.durable(name)
                .quorum()
                .deliveryLimit(20)
                .deadLetterExchange(names.deadLetters())
                .withArgument("x-dead-letter-strategy", "at-least-once")
                .overflow(QueueBuilder.Overflow.rejectPublish)
                .maxLength(100_000L)
                .withArgument("x-consumer-timeout", 1_800_000)
                .build();
    }

    /**
     * Makes sure that everything is there: declares it, or with {@code CHAT_DECLARE_TOPOLOGY=false} looks for it.
     * What exists with other arguments is used as it is, with a warning.
     *
     * @throws IOException where something is missing and may not be declared
     */
    public void ensure(Connection connection) throws IOException {
        if (declare) {
            declareAll(new RabbitAdmin(new OpenConnectionFactory(connection)));
        } else {
            for (Exchange exchange : exchanges) {
                expect(
                        connection,
                        "exchange",
                        exchange.getName(),
                        channel -> channel.exchangeDeclarePassive(exchange.getName()));
            }
            for (Queue queue : queues) {
                expect(connection, "queue", queue.getName(), channel -> channel.queueDeclarePassive(queue.getName()));
            }
        }
    }

    private void declareAll(RabbitAdmin admin) throws IOException {
        for (Exchange exchange : exchanges) {
            declare("exchange " + exchange.getName(), () -> admin.declareExchange(exchange));
        }
        for (Queue queue : queues) {
            declare("queue " + queue.getName(), () -> admin.declareQueue(queue));
        }
        for (Binding binding : bindings) {
            declare("binding of " + binding.getDestination(), () -> admin.declareBinding(binding));
        }
    }

    private static void declare(String what, Runnable declaration) throws IOException {
        try {
            declaration.run();
        } catch (AmqpException e) {
            String told = ReplyCode.reason(e);
            if (ReplyCode.of(e) != AMQP.PRECONDITION_FAILED) {
                throw new IOException("could not declare " + what + ": " + told, e);
            }
            log.warn("{} exists with other arguments and is used as it is: {}", what, told);
        }
    }

    private static void expect(Connection connection, String kind, String name, Lookup lookup) throws IOException {
        Channel channel = BrokerConnection.channel(connection);
        try {
            lookup.in(channel);
            channel.abort();
        } catch (IOException e) {
            // Brokers differ in which permission a look takes; a refused look says nothing about the thing itself.
            int code = ReplyCode.of(e);
            if (code == 0 || code == AMQP.NOT_FOUND) {
                throw new IOException(
                        kind + " " + name + " is not there, and CHAT_DECLARE_TOPOLOGY=false forbids declaring it", e);
            }
        }
    }

    private interface Lookup {
        void in(Channel channel) throws IOException;
    }
}
