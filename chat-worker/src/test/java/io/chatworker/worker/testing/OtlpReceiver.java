package io.chatworker.worker.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A collector that takes traces by OTLP over HTTP ({@code /v1/traces}, protobuf) and keeps their spans. */
public final class OtlpReceiver implements AutoCloseable {

    /**
     * A span as it was received.
     *
     * @param kind 1 internal, 2 server, 3 client, 4 producer, 5 consumer
     * @param status 0 unset, 1 ok, 2 error
     * @param attributes as text
     * @param links the ids of the spans it links to
     */
    public record Span(
            String trace,
            String id,
            String parent,
            String name,
            long kind,
            long status,
            Map<String, String> attributes,
            List<String> events,
            List<String> links) {}

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<String> resources = new CopyOnWriteArrayList<>();

    public OtlpReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    /** For {@code OTEL_EXPORTER_OTLP_ENDPOINT}. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Span> spans() {
        return spans;
    }

    /** The attributes of the services that sent them. */
    public List<String> resources() {
        return resources;
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            Protobuf request = Protobuf.of(exchange.getRequestBody().readAllBytes());
            for (Protobuf ofResource : request.messages(1)) {
                ofResource
                        .messages(1)
                        .forEach(resource ->
                                resources.add(attributes(resource, 1).toString()));
                for (Protobuf ofScope : ofResource.messages(2)) {
                    ofScope.messages(2).forEach(span -> spans.add(span(span)));
                }
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /** By {@code opentelemetry/proto/trace/v1/trace.proto}. */
    private static Span span(Protobuf span) {
        return new Span(
                span.hex(1),
                span.hex(2),
                span.hex(4),
                span.text(5),
                span.number(6),
                span.messages(15).stream().mapToLong(status -> status.number(3)).sum(),
                attributes(span, 9),
                span.messages(11).stream().map(event -> event.text(2)).toList(),
                span.messages(13).stream().map(link -> link.hex(2)).toList());
    }

    private static Map<String, String> attributes(Protobuf message, int field) {
        return message.messages(field).stream()
                .collect(Collectors.toMap(
                        entry -> entry.text(1), entry -> value(entry.messages(2).getFirst())));
    }

    private static String value(Protobuf value) {
        if (value.has(1)) {
            return value.text(1);
        }
        if (value.has(4)) {
            return Double.toString(Double.longBitsToDouble(value.number(4)));
        }
        return value.has(5)
                ? value.messages(5).getFirst().messages(1).stream()
                        .map(OtlpReceiver::value)
                        .toList()
                        .toString()
                : Long.toString(value.number(2) + value.number(3));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
