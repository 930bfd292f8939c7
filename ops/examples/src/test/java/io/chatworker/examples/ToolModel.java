package io.chatworker.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An Ollama whose model calls the first tool that it is offered, about Paris, and then says what it was told. */
final class ToolModel implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String DONE = "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
            + "\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":2,\"eval_count\":3}\n";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    ToolModel() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> send(exchange, answer(exchange)));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String answer(HttpExchange exchange) throws IOException {
        return switch (exchange.getRequestURI().getPath()) {
            case "/api/version" -> "{\"version\":\"0.12.0\"}";
            case "/api/show" -> "{\"capabilities\":[\"completion\",\"tools\"],\"model_info\":{}}";
            case "/api/chat" -> chat(JSON.readTree(exchange.getRequestBody().readAllBytes()));
            default -> "{\"models\":[{\"name\":\"m\",\"model\":\"m\"}]}";
        };
    }

    private static String chat(JsonNode body) {
        JsonNode last = body.get("messages").get(body.get("messages").size() - 1);
        if (!last.get("role").asString().equals("tool")) {
            ObjectNode call = JSON.createObjectNode().put("model", "m").put("done", false);
            ObjectNode function = call.putObject("message")
                    .put("role", "assistant")
                    .put("content", "")
                    .putArray("tool_calls")
                    .addObject()
                    .putObject("function");
            function.put("name", body.at("/tools/0/function/name").asString());
            function.putObject("arguments").put("city", "Paris");
            return call + "\n" + DONE;
        }
        String told = last.get("content").asString();
        ObjectNode line = JSON.createObjectNode().put("model", "m").put("done", false);
        line.putObject("message")
                .put("role", "assistant")
                .put(
                        "content",
                        told.startsWith("{")
                                ? "It is " + JSON.readTree(told).get("celsius") + " degrees."
                                : "It is " + told.strip() + ".");
        return line + "\n" + DONE;
    }

    private static void send(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
