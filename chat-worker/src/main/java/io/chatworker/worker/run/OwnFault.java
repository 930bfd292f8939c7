package io.chatworker.worker.run;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.prompt.Rejection;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fault of the worker's own, which nobody foresaw. The log gets its class and its place, not its message: that may
 * quote the request.
 */
public final class OwnFault {

    private static final Logger log = LoggerFactory.getLogger(OwnFault.class);

    private OwnFault() {}

    /** Logs it; {@code where} names what it happened to. */
    public static void log(String where, Throwable fault) {
        StackTraceElement[] trace = fault.getStackTrace();
        log.error("{}: {} at {}", where, fault.getClass().getName(), trace.length == 0 ? "an unknown place" : trace[0]);
    }

    /** Logs it and returns how the request ends. */
    public static Rejection of(String where, Throwable fault) {
        log(where, fault);
        return new Rejection(ErrorCode.INTERNAL_ERROR, "the worker failed; its log says where", Map.of());
    }
}
