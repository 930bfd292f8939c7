package io.chatworker.worker.broker;

import io.chatworker.contracts.Topology;
import java.util.ArrayList;
import java.util.List;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Exchange;
import org.springframework.amqp.core.ExchangeBuilder;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;

/**
 * What the contract's table has, in the order in which it can be declared.
 *
 * <p>The same declaration of the requests queue passes on RabbitMQ 3.10 to 4.3: arguments that a version does not know
 * are ignored there. At-least-once dead-lettering needs {@code reject-publish}
 * (<a href="https://www.rabbitmq.com/docs/quorum-queues#dead-lettering">quorum queues</a>).
 */
record TopologyDeclarations(List<Exchange> exchanges, List<Queue> queues, List<Binding> bindings) {

    private static final int DAY_MS = 24 * 3600 * 1000;
    /** A look that requeues counts as a delivery, and from 4.0 on twenty are all that a queue without a limit allows. */
    private static final int MAX_LOOKS = 1_000_000;

    static TopologyDeclarations of(Topology names, RabbitTopology.Pool pool) {
        FanoutExchange requestsDefault = new FanoutExchange(names.requestsDefault());
        TopicExchange requests = ExchangeBuilder.topicExchange(names.requests())
                .alternate(names.requestsDefault())
                .build();
        TopicExchange deadLetters = new TopicExchange(names.deadLetters());
        TopicExchange rejected = new TopicExchange(names.rejected());
        List<Exchange> exchanges = List.of(
                requestsDefault,
                requests,
                new TopicExchange(names.chunks()),
                new TopicExchange(names.tools()),
                new TopicExchange(names.completions()),
                new FanoutExchange(names.control()),
                deadLetters,
                rejected);

        Queue requestsQueue = requestsQueue(names.requests(), names);
        Queue deadLettersQueue = lettersQueue(names.deadLetters(), 7 * DAY_MS);
        Queue rejectedQueue = lettersQueue(names.rejected(), DAY_MS);
        List<Queue> queues = new ArrayList<>(List.of(deadLettersQueue, rejectedQueue, requestsQueue));
        List<Binding> bindings = new ArrayList<>(List.of(
                BindingBuilder.bind(deadLettersQueue).to(deadLetters).with("#"),
                BindingBuilder.bind(rejectedQueue).to(rejected).with("#"),
                BindingBuilder.bind(requestsQueue).to(requestsDefault)));
        if (!pool.queue().equals(names.requests())) {
            Queue poolQueue = requestsQueue(pool.queue(), names);
            queues.add(poolQueue);
            pool.bindings()
                    .forEach(key -> bindings.add(
                            BindingBuilder.bind(poolQueue).to(requests).with(key)));
        }
        return new TopologyDeclarations(exchanges, List.copyOf(queues), List.copyOf(bindings));
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

    private static Queue lettersQueue(String name, int keptMs) {
        return QueueBuilder.durable(name)
                .quorum()
                .ttl(keptMs)
                .maxLength(10_000L)
                .overflow(QueueBuilder.Overflow.dropHead)
                .deliveryLimit(MAX_LOOKS)
                .build();
    }
}
