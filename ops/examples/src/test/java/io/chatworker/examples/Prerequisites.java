package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.regex.Pattern;

/** What a machine may lack: without it a test is reported as skipped, with the reason. */
final class Prerequisites {

    private static final Duration PROBE = Duration.ofSeconds(30);
    private static final Duration FETCH = Duration.ofMinutes(4);

    /** What the package managers say where a registry cannot be reached. */
    private static final Pattern NO_NETWORK = Pattern.compile(
            "NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|NameResolutionError"
                    + "|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT"
                    + "|dial tcp|no such host|i/o timeout|TLS handshake timeout|connection refused",
            Pattern.CASE_INSENSITIVE);

    private Prerequisites() {}

    /** Skips the test unless the command succeeds. */
    static void assumeRuntime(Commands commands, String name, String probe) {
        assumeTrue(commands.run(probe, PROBE).exit() == 0, "this machine has no " + name);
    }

    /** Runs a package manager; skips the test where it cannot reach its registry. */
    static void fetch(Commands commands, String command) {
        try (Commands.Running fetching = commands.start(command)) {
            assumeTrue(fetching.endsWithin(FETCH), () -> "the registry is too slow: " + fetching.output());
            Commands.Ran fetched = fetching.end(Duration.ZERO);
            assumeTrue(
                    fetched.exit() == 0 || !NO_NETWORK.matcher(fetched.all()).find(),
                    () -> "no registry can be reached: " + fetched.all());
            assertThat(fetched.exit()).as(fetched.all()).isZero();
        }
    }
}
