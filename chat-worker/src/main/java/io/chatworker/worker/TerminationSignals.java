package io.chatworker.worker;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT. The first starts the orderly shutdown, as the JVM does by itself; a second one of either ends the
 * process at once with exit code 128 plus its number. Nothing is lost by that: the broker requeues what is not
 * acknowledged when the connection breaks.
 *
 * <p>Only {@code sun.misc.Signal} handles signals, and naming it is a compiler warning that nothing turns off, so it is
 * called by reflection. It stays in {@code jdk.unsupported} until there is a replacement
 * (<a href="https://openjdk.org/jeps/260">JEP 260</a>).
 */
final class TerminationSignals {

    private static final Logger log = LoggerFactory.getLogger(TerminationSignals.class);
    private static final int KILLED_BY = 128;

    private final AtomicBoolean terminating = new AtomicBoolean();

    private TerminationSignals() {}

    /** From now on a second signal ends the process. Changes nothing where the JVM may not handle signals. */
    static void install() {
        TerminationSignals signals = new TerminationSignals();
        try {
            signals.install("TERM");
            signals.install("INT");
        } catch (ReflectiveOperationException e) {
            // Under -Xrs, for example, signals are left to whoever runs the JVM.
            log.debug("signals are left to the JVM", e);
        }
    }

    private void install(String name) throws ReflectiveOperationException {
        Class<?> signals = Class.forName("sun.misc.Signal");
        Class<?> handlers = Class.forName("sun.misc.SignalHandler");
        Method handle = handlers.getMethod("handle", signals);
        Object signal = signals.getConstructor(String.class).newInstance(name);
        int number = (int) signals.getMethod("getNumber").invoke(signal);
        CompletableFuture<Object> jvms = new CompletableFuture<>();
        // The JVM handles each signal on a thread of its own: the first, which waits for the shutdown, does not hold up
        // the second.
        Object ours =
                Proxy.newProxyInstance(handlers.getClassLoader(), new Class<?>[] {handlers}, (_, method, given) -> {
                    if (!method.equals(handle)) {
                        return method.invoke(jvms, given);
                    }
                    if (!terminating.compareAndSet(false, true)) {
                        // At once: nothing that could wait comes first, not even the log.
                        Runtime.getRuntime().halt(KILLED_BY + number);
                    }
                    log.info("SIG{}: shutting down; a second signal ends the process at once", name);
                    return handle.invoke(jvms.join(), given);
                });
        jvms.complete(signals.getMethod("handle", signals, handlers).invoke(null, signal, ours));
    }
}
