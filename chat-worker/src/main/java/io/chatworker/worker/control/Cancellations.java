package io.chatworker.worker.control;

import io.chatworker.worker.run.Chat;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers cancels for requests that have not arrived yet; the oldest are forgotten first. Safe for
 * any thread.
 */
public final class Cancellations {

    static final int MOST = 100_000;

    /** {@code spares}: a conversation's requests sent later than this are not meant. */
    private record Cancel(Instant heardAt, @Nullable Instant spares) {}

    private final Duration memory;
    private final InstantSource clock;

    // Guarded by this; in the order in which they were heard.
    private final Map<String, Cancel> requests = new LinkedHashMap<>();
    private final Map<String, Cancel> conversations = new LinkedHashMap<>();

    public Cancellations(Duration memory, InstantSource clock) {
        this.memory = memory;
        this.clock = clock;
    }

    synchronized void cancelRequest(String requestId) {
        remember(requests, requestId, new Cancel(clock.instant(), null));
    }

    /** {@code sentAt}: when the command was sent. */
    synchronized void cancelConversation(String conversationId, Instant sentAt) {
        remember(conversations, conversationId, new Cancel(clock.instant(), sentAt));
    }

    /** Whether a request that comes only now was cancelled before. */
    public synchronized boolean hits(Chat chat) {
        forgetOld(requests);
        forgetOld(conversations);
        if (requests.containsKey(chat.address().requestId())) {
            return true;
        }
        Cancel cancel = conversations.get(chat.address().conversationId());
        return cancel != null
                && cancel.spares != null
                && chat.sentAt() != null
                && !chat.sentAt().isAfter(cancel.spares);
    }

    private void remember(Map<String, Cancel> cancels, String id, Cancel cancel) {
        Cancel before = cancels.remove(id);
        cancels.put(id, before == null ? cancel : new Cancel(cancel.heardAt, later(before.spares, cancel.spares)));
        forgetOld(cancels);
        if (requests.size() + conversations.size() > MOST) {
            Iterator<String> oldest = (requests.size() > conversations.size() ? requests : conversations)
                    .keySet()
                    .iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return one != null && other != null && one.isAfter(other) ? one : other;
    }

    private void forgetOld(Map<String, Cancel> cancels) {
        Instant horizon = clock.instant().minus(memory);
        Iterator<Cancel> oldest = cancels.values().iterator();
        while (oldest.hasNext() && oldest.next().heardAt.isBefore(horizon)) {
            oldest.remove();
        }
    }
}
