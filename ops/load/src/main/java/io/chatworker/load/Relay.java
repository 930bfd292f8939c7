package io.chatworker.load;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.sun.net.httpserver.HttpServer;
import io.chatworker.client.BrokerNodes;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.EventName;
import io.chatworker.contracts.Topology;
import io.chatworker.settings.OllamaHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The lower bound: the least code that moves Ollama's tokens to the broker in order with the worker's libraries. No
 * checks, limits, retries, recovery, gathering or metrics. A virtual thread per request, a chunk per line, a channel per
 * stripe; the terminal event is confirmed before the request is acked.
 *
 * <p>Reads the variables of the worker; the management port answers as soon as it takes requests.
 */
final class Relay {

    private static final int STRIPES = 8;
    private static final int PREFETCH_PER_CHANNEL = 256;
    private static final MediaType MEDIA = MediaType.get("application/json");
    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Topology topology = new Topology(variable("CHAT_NAMESPACE", "chat"));
    private final String ollama = OllamaHost.parse(variable("OLLAMA_HOST", "")) + "api/chat";
    private final OkHttpClient http;
    private final List<Stripe> stripes;
    private final AtomicInteger turn = new AtomicInteger();

    private Relay(int concurrency, Connection publishing) {
        http = new OkHttpClient.Builder()
                .connectionPool(new ConnectionPool(concurrency + 2, 5, TimeUnit.MINUTES))
                .readTimeout(5, TimeUnit.MINUTES)
                .retryOnConnectionFailure(false)
                .build();
        stripes = IntStream.range(0, Math.min(concurrency, STRIPES))
                .mapToObj(_ -> new Stripe(publishing))
                .toList();
    }

    public static void main(String[] arguments) throws Exception {
        int concurrency = Integer.parseInt(variable("CHAT_CONCURRENCY", "1"));
        BrokerNodes broker = BrokerNodes.parse(variable("RABBITMQ_URI", BrokerNodes.DEFAULT));
        Relay relay = new Relay(concurrency, broker.connect("relay publish", _ -> {}));
        relay.consume(broker.connect("relay consume", _ -> {}), concurrency);
        manage(Integer.parseInt(variable("MANAGEMENT_PORT", "8081")));
    }

    private static String variable(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }

    /** Says that it takes requests. */
    static void manage(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 50);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.start();
    }

    private void consume(Connection connection, int concurrency) throws IOException {
        Channel setUp = connection.createChannel();
        setUp.exchangeDeclare(topology.requests(), BuiltinExchangeType.TOPIC, true);
        setUp.queueDeclare(topology.requests(), true, false, false, Map.of("x-queue-type", "quorum"));
        setUp.queueBind(topology.requests(), topology.requests(), "#");
        for (int left = concurrency; left > 0; left -= PREFETCH_PER_CHANNEL) {
            Channel channel = connection.createChannel();
            channel.basicQos(Math.min(left, PREFETCH_PER_CHANNEL));
            channel.basicConsume(topology.requests(), false, new DefaultConsumer(channel) {
                @Override
                public void handleDelivery(String tag, Envelope envelope, BasicProperties properties, byte[] body) {
                    Thread.startVirtualThread(() -> serve(channel, envelope.getDeliveryTag(), body));
                }
            });
        }
    }

    private void serve(Channel channel, long tag, byte[] body) {
        try {
            JsonNode request = MAPPER.readTree(body);
            relay(
                    request.path("request_id").stringValue(),
                    request.path("conversation_id").stringValue(),
                    request);
            synchronized (channel) {
                channel.basicAck(tag, false);
            }
        } catch (Exception e) {
            System.err.println("a request was not served: " + e);
        }
    }

    private void relay(String requestId, String conversationId, JsonNode request) throws Exception {
        Stripe stripe = stripes.get(Math.floorMod(turn.getAndIncrement(), stripes.size()));
        String key = conversationId + "." + requestId + ".";
        BasicProperties properties = properties(EventName.CHUNK, requestId);
        StringBuilder text = new StringBuilder();
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(256);
        int chunks = 0;
        try (Response response = http.newCall(question(request)).execute()) {
            BufferedSource lines = response.body().source();
            boolean done = false;
            while (!done) {
                Line line = Line.of(lines.readByteArray(lines.indexOf((byte) '\n') + 1));
                if (!line.content.isEmpty()) {
                    text.append(line.content);
                    chunk.reset();
                    write(chunk, requestId, conversationId, chunks++, line.content);
                    stripe.publish(topology.chunks(), key + EventName.CHUNK.wire(), properties, chunk.toByteArray());
                }
                done = line.done;
            }
        }
        ObjectNode end = MAPPER.createObjectNode()
                .put("request_id", requestId)
                .put("conversation_id", conversationId)
                .put("attempt", 1)
                .put("chunks", chunks);
        end.putObject("message").put("role", "assistant").put("content", text.toString());
        stripe.publishConfirmed(
                topology.completions(),
                key + EventName.COMPLETED.wire(),
                properties(EventName.COMPLETED, requestId),
                MAPPER.writeValueAsBytes(end));
    }

    private Request question(JsonNode request) {
        ObjectNode body = MAPPER.createObjectNode().put("model", "load").put("stream", true);
        body.putArray("messages")
                .addAll(request.path("messages").valueStream().toList())
                .addObject()
                .put("role", "user")
                .put("content", request.path("message").stringValue());
        return new Request.Builder()
                .url(ollama)
                .header("Accept-Encoding", "identity")
                .post(RequestBody.create(MAPPER.writeValueAsBytes(body), MEDIA))
                .build();
    }

    private static void write(
            ByteArrayOutputStream into, String requestId, String conversationId, int sequence, String content) {
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), into)) {
            json.writeStartObject();
            json.writeStringProperty("request_id", requestId);
            json.writeStringProperty("conversation_id", conversationId);
            json.writeNumberProperty("attempt", 1);
            json.writeStringProperty("run", "00000000");
            json.writeNumberProperty("sequence", sequence);
            json.writeStringProperty("content", content);
            json.writeEndObject();
        }
    }

    private static BasicProperties properties(EventName event, String requestId) {
        return new BasicProperties.Builder()
                .contentType("application/json")
                .type(Contract.type(event))
                .correlationId(requestId)
                .appId(Contract.APP_ID)
                .timestamp(new Date())
                .deliveryMode(event == EventName.CHUNK ? 1 : 2)
                .build();
    }

    private record Line(String content, boolean done) {
        static Line of(byte[] bytes) {
            String content = "";
            boolean done = false;
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
                json.nextToken();
                for (String key = json.nextName(); key != null; key = json.nextName()) {
                    json.nextToken();
                    switch (key) {
                        case "message" -> content = content(json);
                        case "done" -> done = json.getBooleanValue();
                        default -> json.skipChildren();
                    }
                }
            }
            return new Line(content, done);
        }

        private static String content(JsonParser json) {
            String content = "";
            for (String key = json.nextName(); key != null; key = json.nextName()) {
                json.nextToken();
                if (key.equals("content")) {
                    content = json.getString();
                } else {
                    json.skipChildren();
                }
            }
            return content;
        }
    }

    /** A channel on which several requests publish. */
    private static final class Stripe {
        private final Channel channel;
        private final ReentrantLock lock = new ReentrantLock();
        private final NavigableMap<Long, CompletableFuture<Void>> unconfirmed = new ConcurrentSkipListMap<>();

        Stripe(Connection connection) {
            try {
                channel = connection.createChannel();
                channel.confirmSelect();
                channel.addConfirmListener(this::confirmed, this::confirmed);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private void confirmed(long tag, boolean multiple) {
            if (!unconfirmed.isEmpty()) {
                var settled = multiple ? unconfirmed.headMap(tag, true) : unconfirmed.subMap(tag, true, tag, true);
                settled.values().forEach(end -> end.complete(null));
                settled.clear();
            }
        }

        void publish(String exchange, String key, BasicProperties properties, byte[] body) throws IOException {
            lock.lock();
            try {
                channel.basicPublish(exchange, key, properties, body);
            } finally {
                lock.unlock();
            }
        }

        void publishConfirmed(String exchange, String key, BasicProperties properties, byte[] body) throws Exception {
            CompletableFuture<Void> end = new CompletableFuture<>();
            lock.lock();
            try {
                unconfirmed.put(channel.getNextPublishSeqNo(), end);
                channel.basicPublish(exchange, key, properties, body);
            } finally {
                lock.unlock();
            }
            end.get(1, TimeUnit.MINUTES);
        }
    }
}
