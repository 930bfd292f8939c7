package io.chatworker.cli;

import io.chatworker.client.ChatClient;
import io.chatworker.client.ChatException;
import io.chatworker.contracts.Description;
import java.time.Duration;
import java.util.List;

/** What the workers say of themselves, asked again when that is half a minute old. For one thread. */
final class Workers {

    private static final Duration WAIT = Duration.ofMillis(500);
    private static final long FRESH_NANOS = Duration.ofSeconds(30).toNanos();

    private final ChatClient client;
    private List<Description> known = List.of();
    private long askedAt;

    Workers(ChatClient client) {
        this.client = client;
    }

    /** None where none answers. */
    List<Description> known() {
        if (known.isEmpty() || System.nanoTime() - askedAt > FRESH_NANOS) {
            try {
                known = client.describe(WAIT);
            } catch (ChatException e) {
                // Tab then offers less.
                known = List.of();
            }
            askedAt = System.nanoTime();
        }
        return known;
    }
}
