package io.chatworker.worker.observe;

import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.run.ChatListener;
import io.chatworker.worker.settings.InvalidSettings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Exports a trace of each request: one span for it, one for each call to Ollama, each wait and each tool call, never a
 * message's text. OpenTelemetry's SDK by itself, made only where somebody wants traces; nothing of it is loaded otherwise.
 */
public final class Traces implements AutoCloseable {

    private static final int FLUSH_SECONDS = 5;
    private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<Map<String, String>> FROM_MAP = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> carrier, String key) {
            return carrier == null ? null : carrier.get(key);
        }
    };

    /**
     * Which worker this is.
     *
     * @param queue where its requests come from
     * @param completions the exchange of terminal events
     * @param ollama Ollama's address
     */
    public record Place(String worker, String queue, String completions, URI ollama) {}

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;
    private final Place place;

    /**
     * Connects to nobody yet.
     *
     * @throws InvalidSettings where a variable of OpenTelemetry's cannot be used
     */
    public Traces(TraceSettings settings, Build build, Place place) {
        try {
            this.sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .addPropertiesCustomizer(_ -> settings.properties())
                    .addResourceCustomizer((resource, _) -> Resource.builder()
                            .put(AttributeKey.stringKey("service.version"), build.version())
                            .put(AttributeKey.stringKey("service.instance.id"), place.worker)
                            .build()
                            .merge(resource))
                    .build()
                    .getOpenTelemetrySdk();
        } catch (ConfigurationException e) {
            throw new InvalidSettings(List.of("the OTEL_… variables cannot be used: " + e.getMessage()));
        }
        this.tracer = sdk.getTracer("io.chatworker.worker");
        this.place = place;
    }

    /** Traces the next chat. */
    public ChatListener newListener() {
        return new TracedChat(tracer, place);
    }

    /** The context in which the given trace is the parent. */
    static Context contextOf(TraceContext trace) {
        return W3C.extract(Context.root(), trace.httpHeaders(), FROM_MAP);
    }

    /** The trace context by which somebody else continues this span. */
    static TraceContext traceOf(Span span) {
        Map<String, Object> headers = new LinkedHashMap<>();
        W3C.inject(Context.root().with(span), headers, (carrier, key, value) -> {
            if (carrier != null) {
                carrier.put(key, value);
            }
        });
        return TraceContext.of(headers);
    }

    /** Sends what is left, for some seconds at most. */
    @Override
    public void close() {
        var _ = sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
    }
}
