package io.chatworker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chatworker.cli.view.Events;
import io.chatworker.contracts.EventName;
import io.chatworker.worker.testing.Waits;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process at a pseudo-terminal of the system's, by util-linux's {@code script}. */
class ProcessTest {

    private static final Path SCRIPT = Path.of("/usr/bin/script");

    private Installation installation;

    @TempDir
    private Path state;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation();
    }

    @AfterEach
    void remove() throws IOException {
        installation.close();
    }

    @Test
    void anAnswerWrapsAndCtrlCStopsItOverTheBroker() throws Exception {
        assumeTrue(Files.isExecutable(SCRIPT), "no script command on this machine");
        BlockingQueue<Installation.Reply> asked = new LinkedBlockingQueue<>();
        installation.serve(asked::add);
        BlockingQueue<String> heard = installation.listen();
        Process process = start("stty cols 40; exec \"$JAVA\" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
                + " --enable-native-access=ALL-UNNAMED -cp \"$CP\" io.chatworker.cli.Main ask 'why?'");
        try {
            AtomicReference<String> seen = reading(process.getInputStream());
            Installation.Reply reply = asked.poll(30, TimeUnit.SECONDS);
            reply.event(EventName.STARTED, Events.started())
                    .event(EventName.CHUNK, Events.chunk(0, "The sky is blue since its air scatters the light."));
            Waits.until(() -> "the answer in " + seen, () -> seen.get().contains("light."));

            process.getOutputStream().write(3);
            process.getOutputStream().flush();
            assertThat(heard.poll(30, TimeUnit.SECONDS)).startsWith("chat.cancel");
            reply.event(EventName.CANCELLED, """
                    "reason": "cancelled", "chunks": 1""");

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
            Waits.until(() -> "the end in " + seen, () -> seen.get().contains("cancelled."));
            assertThat(Person.shown(seen.get(), 40, 30)).endsWith("""
                            The sky is blue since its air scatters
                            the light.

                            cancelled.""").doesNotContain("^C");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start(String command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString(), "-qefc", command, "/dev/null");
        builder.environment().putAll(installation.environment());
        builder.environment().put("TERM", "xterm-256color");
        builder.environment().put("XDG_STATE_HOME", state.toString());
        builder.environment()
                .put(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.environment()
                .put("CP", System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")));
        return builder.directory(new File(".")).start();
    }

    /** What it prints, as it comes. */
    private static AtomicReference<String> reading(InputStream from) {
        AtomicReference<String> seen = new AtomicReference<>("");
        Thread.ofVirtual().start(new FutureTask<>(() -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] some = new byte[4096];
            for (int read = from.read(some); read >= 0; read = from.read(some)) {
                all.write(some, 0, read);
                seen.set(all.toString(UTF_8));
            }
            return null;
        }));
        return seen;
    }
}
