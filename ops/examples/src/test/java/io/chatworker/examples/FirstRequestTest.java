package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The request that the README begins with, and what it says comes back. */
class FirstRequestTest {

    @RegisterExtension
    static final Workplace.Open workplace = new Workplace.Open();

    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> BLOCKS =
            new Page(Page.TOP.resolve("README.md")).code("Five minutes to an answer in your service", "json");

    @Test
    void theRequestBringsTheEventsWithTheKeysThatAreShown() throws Exception {
        Map<String, Set<String>> shown = new LinkedHashMap<>();
        List<String> lines = BLOCKS.get(1).lines().toList();
        shown.put("chat.started", keys(lines.getFirst()));
        lines.subList(1, lines.size() - 1)
                .forEach(
                        line -> assertThat(keys(line)).isEqualTo(shown.computeIfAbsent("chat.chunk", _ -> keys(line))));
        shown.put("chat.completed", keys(lines.getLast()));

        assertThat(exchange(BLOCKS.getFirst())).isEqualTo(shown);
    }

    /** Publishes the request as it stands; the keys of the events by their type, until the last. */
    private static Map<String, Set<String>> exchange(String request) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(workplace.environment().get("RABBITMQ_URI"));
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            String queue = channel.queueDeclare().getQueue();
            String id = JSON.readTree(request).get("request_id").asString();
            channel.queueBind(queue, "chat.chunks", "*." + id + ".*");
            channel.queueBind(queue, "chat.completions", "*." + id + ".*");
            BlockingQueue<Map.Entry<String, String>> events = new LinkedBlockingQueue<>();
            channel.basicConsume(
                    queue,
                    true,
                    (_, event) -> events.add(Map.entry(
                            event.getProperties().getType(), new String(event.getBody(), StandardCharsets.UTF_8))),
                    _ -> {});
            channel.basicPublish(
                    "chat.requests", "any", new AMQP.BasicProperties(), request.getBytes(StandardCharsets.UTF_8));
            Map<String, Set<String>> keys = new LinkedHashMap<>();
            while (!keys.containsKey("chat.completed")) {
                Map.Entry<String, String> event = events.poll(30, TimeUnit.SECONDS);
                assertThat(event).as("an event after " + keys).isNotNull();
                keys.computeIfAbsent(event.getKey(), _ -> new TreeSet<>()).addAll(keys(event.getValue()));
            }
            return keys;
        }
    }

    /** The keys of an event, with those of the objects in it; what the sender chose in {@code metadata} is not ours. */
    private static Set<String> keys(String event) {
        Set<String> keys = new TreeSet<>();
        collect("", JSON.readTree(event), keys);
        return keys;
    }

    private static void collect(String path, JsonNode node, Set<String> keys) {
        if (node.isArray()) {
            node.forEach(element -> collect(path + "[]", element, keys));
        }
        node.properties().forEach(property -> {
            String key = path + "/" + property.getKey();
            keys.add(key);
            collect(key, property.getValue(), keys);
        });
    }
}
