package io.chatworker.worker;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT. The first begins the orderly end, as the JVM does by itself; a second one of either ends the
 * process at once with 128 and its number. Nothing is lost by that: what is not acknowledged goes back to the queue
 * with the connection.
 *
 * <p>{@code sun.misc.Signal} is the only way to hear a signal, and a mention of it is a compiler warning that nothing
 * turns off, so it is called by reflection. It has stayed in {@code jdk.unsupported} for want of a replacement
 * (<a href="https://openjdk.org/jeps/260">JEP 260</a>).
 */
final class EndingSignals {

    private static final Logger log = LoggerFactory.getLogger(EndingSignals.class);
    private static final int KILLED_BY = 128;

    private final AtomicBoolean ending = new AtomicBoolean();

    private EndingSignals() {}

    /** From now on a second signal ends the process. Where signals can not be heard all stays as it is. */
    static void hear() {
        EndingSignals signals = new EndingSignals();
        try {
            signals.hear("TERM");
            signals.hear("INT");
        } catch (ReflectiveOperationException e) {
            // Such as -Xrs, which leaves signals to whoever runs the JVM.
            log.debug("signals are left to the JVM", e);
        }
    }

    private void hear(String name) throws ReflectiveOperationException {
        Class<?> signals = Class.forName("sun.misc.Signal");
        Class<?> handlers = Class.forName("sun.misc.SignalHandler");
        Method handle = handlers.getMethod("handle", signals);
        Object signal = signals.getConstructor(String.class).newInstance(name);
        int number = (int) signals.getMethod("getNumber").invoke(signal);
        CompletableFuture<Object> jvms = new CompletableFuture<>();
        // Each signal is handled on a thread of its own, so the first, which waits for the end, does not hold the
        // second.
        Object ours =
                Proxy.newProxyInstance(handlers.getClassLoader(), new Class<?>[] {handlers}, (_, method, given) -> {
                    if (!method.equals(handle)) {
                        return method.invoke(jvms, given);
                    }
                    if (!ending.compareAndSet(false, true)) {
                        // Nothing before it that could wait, the log included.
                        Runtime.getRuntime().halt(KILLED_BY + number);
                    }
                    log.info("SIG{}: ending; a second one ends at once", name);
                    return handle.invoke(jvms.join(), given);
                });
        jvms.complete(signals.getMethod("handle", signals, handlers).invoke(null, signal, ours));
    }
}
