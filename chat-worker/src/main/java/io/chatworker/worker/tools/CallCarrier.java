package io.chatworker.worker.tools;

import io.chatworker.contracts.ToolCall;
import io.chatworker.worker.stop.StopSignal;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings calls to the broker; an interface, so that this package need not know how messages leave. */
public interface CallCarrier {

    /**
     * Publishes the call under its name, waiting while the broker takes nothing, but not longer than a result is waited
     * for.
     *
     * @param replyTo where the result is to go
     * @param traceHeaders to go with it
     * @param over ends the wait
     * @param refused hears, on any thread, that the broker has not taken it or that no service is there
     * @return null where it is on its way, else why not; then nobody hears of it again
     */
    @Nullable
    ToolEnd carry(
            ToolCall call,
            String replyTo,
            Map<String, String> traceHeaders,
            StopSignal over,
            Consumer<ToolEnd> refused);
}
