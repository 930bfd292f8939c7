package io.chatworker.client;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** No node took the connection; the message says of each why not, and never names a password. */
public final class NotConnected extends IOException {

    private final List<ConnectFailure> failures;

    NotConnected(List<ConnectFailure> failures, @Nullable Exception last) {
        super(failures.stream().map(ConnectFailure::toString).collect(Collectors.joining("; ")), last);
        this.failures = List.copyOf(failures);
    }

    /** One for each node, in the order in which they were tried. */
    public List<ConnectFailure> failures() {
        return failures;
    }
}
