package io.chatworker.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandInMainTest {

    @TempDir
    private Path folder;

    @Test
    void listensUntilSigterm() throws Exception {
        var portFile = folder.resolve("port");
        var process = start("--port", "0", "--port-file", portFile.toString());
        try (var out = process.inputReader()) {
            var line = out.readLine();

            assertThat(line)
                    .isEqualTo("stand-in for Ollama: plays recorded answers, no model runs here; listening on"
                            + " http://127.0.0.1:" + Files.readString(portFile).strip());
            // By its handle, because Process.destroy also closes the streams.
            process.toHandle().destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(out.readAllLines()).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aTakenPortIsOneSentenceAndExitCodeOne() throws Exception {
        try (var standIn = StandIn.start(StandInSettings.forTests())) {
            var run = Run.of("--port", Integer.toString(standIn.port()));

            assertThat(run.code).isEqualTo(1);
            assertThat(run.err)
                    .hasLineCount(1)
                    .startsWith("stand-in: cannot listen on 127.0.0.1:" + standIn.port())
                    .contains("choose another with --port");
        }
    }

    @Test
    void aPortFileThatCannotBeWrittenIsOneSentence() {
        var run = Run.of(
                "--port", "0", "--port-file", folder.resolve("no/such/port").toString());

        assertThat(run.code).isEqualTo(1);
        assertThat(run.err).hasLineCount(1).startsWith("stand-in: cannot write --port-file");
    }

    @Test
    void aPaceThatCannotBeIsOneSentence() {
        assertThat(Run.of("--pace", "-1").err.strip()).isEqualTo("stand-in: pace -1.0 is not 0 or more");
    }

    @Test
    void helpTellsTheOptions() {
        var run = Run.of("--help");

        assertThat(run.code).isZero();
        assertThat(run.out).contains("--port", "--host", "--pace", "--models", "--strict-models", "--port-file");
    }

    private static Process start(String... options) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StandInMain.class.getName()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private record Run(int code, String out, String err) {

        static Run of(String... options) {
            var out = new StringWriter();
            var err = new StringWriter();
            int code = StandInMain.commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .execute(options);
            return new Run(code, out.toString(), err.toString());
        }
    }
}
