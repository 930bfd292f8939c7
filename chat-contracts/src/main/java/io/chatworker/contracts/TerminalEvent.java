package io.chatworker.contracts;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one event that ends a request. */
public sealed interface TerminalEvent extends ChatEvent permits Completed, Failed, Cancelled {

    int contractVersion();

    /** How many chunks the deciding attempt published. */
    int chunks();

    /** The request's own {@code metadata}. */
    @Nullable
    Map<String, @Nullable Object> metadata();
}
