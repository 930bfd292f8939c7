package io.chatworker.examples;

import java.util.concurrent.Callable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** What several test classes use: opened with the first that needs it, and closed with the last. */
class Shared<T extends AutoCloseable> implements BeforeAllCallback {

    private final Class<T> type;
    private final Callable<T> open;
    private T it;

    Shared(Class<T> type, Callable<T> open) {
        this.type = type;
        this.open = open;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        it = context.getRoot().getStore(Namespace.GLOBAL).computeIfAbsent(type, _ -> opened(), type);
    }

    private T opened() {
        try {
            return open.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(type.getSimpleName() + " cannot be opened", e);
        }
    }

    T get() {
        return it;
    }
}
