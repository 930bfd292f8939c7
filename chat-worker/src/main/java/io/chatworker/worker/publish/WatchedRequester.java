package io.chatworker.worker.publish;

import org.jspecify.annotations.Nullable;

/** Looks whether the requester of one request is still there, from {@link Publishing#watch} until it is closed. */
public final class WatchedRequester implements AutoCloseable {

    private final RequesterWatch requesters;
    private final @Nullable String name;
    private final Runnable gone;

    /** {@code name} is a direct reply-to that is to be asked for, or null where the broker's returns say enough. */
    WatchedRequester(RequesterWatch requesters, @Nullable String name, Runnable gone) {
        this.requesters = requesters;
        this.name = name;
        this.gone = gone;
        if (name != null) {
            requesters.add(name, gone);
        }
    }

    @Override
    public void close() {
        if (name != null) {
            requesters.remove(name, gone);
        }
    }
}
