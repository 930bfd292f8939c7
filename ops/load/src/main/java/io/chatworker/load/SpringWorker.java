package io.chatworker.load;

import io.chatworker.contracts.Contract;
import io.chatworker.contracts.EventName;
import io.chatworker.contracts.Topology;
import io.chatworker.settings.OllamaHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chat worker as a Spring team writes it in a day, with Spring Boot's defaults on virtual threads: a listener container
 * with a consumer per answer, {@code RestClient} for Ollama's stream, {@code RabbitTemplate} for the events. Nothing is
 * confirmed, and the template takes whichever channel is free, so events may overtake each other.
 *
 * <p>Reads the variables of the worker; the management port answers as soon as it takes requests.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
class SpringWorker {

    private static final Topology TOPOLOGY = new Topology(variable("CHAT_NAMESPACE", "chat"));

    private final RabbitTemplate rabbit;
    private final JsonMapper json = JsonMapper.shared();
    private final RestClient ollama =
            RestClient.create(OllamaHost.parse(variable("OLLAMA_HOST", "")).toString());

    SpringWorker(RabbitTemplate rabbit) {
        this.rabbit = rabbit;
    }

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(SpringWorker.class);
        application.setDefaultProperties(Map.of(
                "chat.requests",
                TOPOLOGY.requests(),
                "spring.rabbitmq.addresses",
                variable("RABBITMQ_URI", "amqp://guest:guest@localhost:5672"),
                "spring.rabbitmq.listener.simple.concurrency",
                variable("CHAT_CONCURRENCY", "1"),
                "spring.rabbitmq.listener.simple.prefetch",
                "1",
                "spring.threads.virtual.enabled",
                "true"));
        application.run(arguments);
    }

    private static String variable(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }

    @Bean
    TopicExchange requestsExchange() {
        return new TopicExchange(TOPOLOGY.requests());
    }

    @Bean
    Queue requestsQueue() {
        return QueueBuilder.durable(TOPOLOGY.requests()).quorum().build();
    }

    @Bean
    Binding requestsBinding(Queue queue, TopicExchange exchange) {
        return BindingBuilder.bind(queue).to(exchange).with("#");
    }

    @RabbitListener(queues = "${chat.requests}")
    void answer(Message message) {
        JsonNode request = json.readTree(message.getBody());
        ollama.post()
                .uri("api/chat")
                .contentType(MediaType.APPLICATION_JSON)
                .body(json.writeValueAsBytes(question(request)))
                .exchange((_, response) -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(response.getBody(), StandardCharsets.UTF_8))) {
                        relay(request, lines);
                    }
                    return true;
                });
    }

    private ObjectNode question(JsonNode request) {
        ObjectNode question = json.createObjectNode().put("model", "load").put("stream", true);
        ArrayNode messages = question.putArray("messages");
        request.path("messages").forEach(messages::add);
        messages.addObject()
                .put("role", "user")
                .put("content", request.path("message").stringValue());
        return question;
    }

    private void relay(JsonNode request, BufferedReader lines) throws IOException {
        StringBuilder text = new StringBuilder();
        int chunks = 0;
        boolean done = false;
        while (!done) {
            JsonNode line = json.readTree(line(lines));
            String content = line.path("message").path("content").asString("");
            if (!content.isEmpty()) {
                text.append(content);
                publish(request, EventName.CHUNK, Map.of("sequence", chunks++, "content", content));
            }
            done = line.path("done").asBoolean(false);
        }
        Map<String, Object> message = Map.of("role", "assistant", "content", text.toString());
        publish(request, EventName.COMPLETED, Map.of("chunks", chunks, "message", message));
    }

    private static String line(BufferedReader lines) throws IOException {
        @Nullable String line = lines.readLine();
        if (line == null) {
            throw new IOException("the answer ended before it was done");
        }
        return line;
    }

    private void publish(JsonNode request, EventName name, Map<String, Object> content) {
        String requestId = request.path("request_id").stringValue();
        String conversationId = request.path("conversation_id").stringValue();
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("request_id", requestId);
        event.put("conversation_id", conversationId);
        event.put("attempt", 1);
        event.put("run", "00000000");
        event.putAll(content);
        boolean chunk = name == EventName.CHUNK;
        Message message = MessageBuilder.withBody(json.writeValueAsBytes(event))
                .setContentType(MessageProperties.CONTENT_TYPE_JSON)
                .setType(Contract.type(name))
                .setCorrelationId(requestId)
                .setAppId(Contract.APP_ID)
                .setDeliveryMode(chunk ? MessageDeliveryMode.NON_PERSISTENT : MessageDeliveryMode.PERSISTENT)
                .build();
        rabbit.send(
                chunk ? TOPOLOGY.chunks() : TOPOLOGY.completions(),
                Topology.routingKey(conversationId, requestId, name),
                message);
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() throws IOException {
        Relay.manage(Integer.parseInt(variable("MANAGEMENT_PORT", "8081")));
    }
}
