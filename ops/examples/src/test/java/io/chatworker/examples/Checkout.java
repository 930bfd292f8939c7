package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A copy of the repository in which the programs are built: where an operator who reads the pages stands. */
final class Checkout implements AutoCloseable {

    private static final Path COPY = Path.of("target", "checkout").toAbsolutePath();
    private static final Path STATE = COPY.resolve(".state");
    private static final Path JAVA = Path.of(System.getProperty("java.home"));
    private static final List<String> BUILT = List.of(
            "chat-worker/target/chat-worker.jar",
            "ops/cli/target/cli.jar",
            "ops/load/target/load.jar",
            "ops/stand-in/target/stand-in.jar");
    private static final String LIBRARIES = "ops/load/target/lib";
    private static final Duration MOST = Duration.ofMinutes(3);

    private final Map<String, String> environment = new TreeMap<>();
    /** Leads to {@link #STATE}: Maven 3 takes its options apart at spaces, which the path of a checkout may have. */
    private final Path link;

    private KnownCommands known;

    private Checkout() {
        try {
            Tree.copy(Page.TOP, COPY);
            for (String jar : BUILT) {
                Files.createDirectories(COPY.resolve(jar).getParent());
                Files.copy(Page.TOP.resolve(jar), COPY.resolve(jar), StandardCopyOption.REPLACE_EXISTING);
            }
            Path libraries = COPY.resolve(LIBRARIES);
            if (!Files.exists(libraries)) {
                Files.createSymbolicLink(libraries, Page.TOP.resolve(LIBRARIES));
            }
            Files.createDirectories(STATE);
            Files.createDirectories(COPY.resolve(".run"));
            for (String stamp : List.of("built", "built-ctl", "built-for-bench")) {
                Path file = COPY.resolve(".run").resolve(stamp);
                Files.write(file, new byte[0]);
                // Newer than every source; a folder has the time of its last file.
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));
            }
            link = Files.createTempDirectory("checkout").resolve("state");
            Files.createSymbolicLink(link, STATE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        environment.put("JAVA_HOME", JAVA.toString());
        environment.put("MANAGEMENT_PORT", "0");
        environment.put("PORT", "0");
        environment.put("XDG_STATE_HOME", STATE.toString());
        environment.put("MAVEN_OPTS", "-Dmaven.repo.local=" + link.resolve("repository"));
    }

    /** Fills the local repository of its Maven with what the user's has, but for what is ours. */
    void fillRepository() {
        Commands.Ran ran = run("""
            rm -rf .state/repository
            mkdir -p .state/repository ~/.m2/repository
            cp -al ~/.m2/repository/. .state/repository || cp -R ~/.m2/repository/. .state/repository
            rm -rf .state/repository/io/chatworker
            """, Map.of());
        assertThat(ran.exit()).as(ran.all()).isZero();
    }

    /** What is known of commands in it; made once, as it asks many programs for their help. */
    synchronized KnownCommands known() {
        if (known == null) {
            known = new KnownCommands(this);
        }
        return known;
    }

    /** A folder for what is nobody's. */
    Path state() {
        return STATE;
    }

    /** Runs it to its end, with these variables too. */
    Commands.Ran run(String command, Map<String, String> more) {
        return run(command, more, MOST);
    }

    /** The same for what takes longer. */
    Commands.Ran run(String command, Map<String, String> more, Duration most) {
        Map<String, String> all = new TreeMap<>(environment);
        all.putAll(more);
        // Before a java that is older.
        all.put("PATH", JAVA.resolve("bin") + File.pathSeparator + all.getOrDefault("PATH", System.getenv("PATH")));
        return new Commands(COPY, all).run(command, most);
    }

    /** Ends what {@code ops/chat} started in it. */
    @Override
    public void close() {
        run("ops/down --purge", Map.of());
        try {
            Files.delete(link);
            Files.delete(link.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For all tests of this module. */
    static final class Open extends Shared<Checkout> {
        Open() {
            super(Checkout.class, Checkout::new);
        }
    }
}
