package io.chatworker.worker.broker;

import com.rabbitmq.client.impl.DefaultExceptionHandler;
import io.chatworker.client.ReplyCode;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the client library's chatter short: a connection that breaks is told by whoever uses it, once, and what a
 * listener of ours throws is a line with its place instead of a stack. The message may quote a request.
 */
final class BriefExceptions extends DefaultExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(BriefExceptions.class);

    @Override
    protected void log(String message, Throwable fault) {
        if (fault instanceof IOException) {
            log.debug("{}: {}", message, ReplyCode.reason(fault));
        } else {
            StackTraceElement[] trace = fault.getStackTrace();
            log.error(
                    "the client library: {} at {}",
                    fault.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
        }
    }
}
