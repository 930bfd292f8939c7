package io.chatworker.worker;

import io.chatworker.worker.observe.PortTaken;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A taken port is said in a sentence instead of a stack trace. Named in {@code META-INF/spring.factories}. */
final class PortTakenAnalyzer extends AbstractFailureAnalyzer<PortTaken> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, PortTaken cause) {
        return new FailureAnalysis(
                String.valueOf(cause.getMessage()),
                "Stop what listens there, or set MANAGEMENT_PORT to a free port.",
                cause);
    }
}
