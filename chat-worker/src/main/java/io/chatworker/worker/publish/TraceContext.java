package io.chatworker.worker.publish;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a request belongs to, as its headers tell it.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public record TraceContext(
        @Nullable String traceparent, @Nullable String tracestate) {

    public static final TraceContext NONE = new TraceContext(null, null);

    static final String TRACEPARENT = "traceparent";
    private static final String TRACESTATE = "tracestate";
    private static final int MAX_TRACESTATE = 512;
    private static final Pattern VALID =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]+");

    /** From a message's headers; what is not well-formed is no trace. */
    public static TraceContext of(@Nullable Map<String, Object> headers) {
        if (headers == null || headers.get(TRACEPARENT) == null) {
            return NONE;
        }
        String parent = String.valueOf(headers.get(TRACEPARENT));
        if (!VALID.matcher(parent).matches()) {
            return NONE;
        }
        Object state = headers.get(TRACESTATE);
        String text = state == null ? "" : String.valueOf(state);
        boolean usable =
                text.length() <= MAX_TRACESTATE && PRINTABLE.matcher(text).matches();
        return new TraceContext(parent, usable ? text : null);
    }

    /** The trace's id: 32 hexadecimal digits; null where there is no trace. */
    public @Nullable String traceId() {
        return traceparent == null ? null : traceparent.substring(3, 35);
    }

    /** As headers of the call to Ollama; {@code baggage} stays here, it is for services that are ours. */
    public Map<String, String> httpHeaders() {
        Map<String, String> headers = new LinkedHashMap<>();
        if (traceparent != null) {
            headers.put(TRACEPARENT, traceparent);
        }
        if (tracestate != null) {
            headers.put(TRACESTATE, tracestate);
        }
        return headers;
    }
}
