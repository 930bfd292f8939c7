package io.chatworker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a person sees who starts the jar with the Java that Debian installs. */
class LauncherTest {

    private static final int JAVA_11 = 55;

    @Test
    void itLoadsOnJava11AndTheRestNeedNot() throws IOException {
        assumeTrue(System.getProperty("basedir") != null, "compiled by Maven, which does it for each Java");

        assertThat(version("Launcher.class")).isEqualTo(JAVA_11);
        assertThat(version("Main.class")).isGreaterThan(JAVA_11);
    }

    @Test
    void anOlderJavaIsToldInASentence() throws Exception {
        assumeTrue(System.getProperty("basedir") != null, "compiled by Maven, which does it for each Java");
        Optional<Path> old = olderJava();
        assumeTrue(old.isPresent(), "no older Java on this machine");
        Path classes = Path.of(Launcher.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());

        Process process = new ProcessBuilder(List.of(
                        old.get().resolve("bin/java").toString(), "-cp", classes.toString(), Launcher.class.getName()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(said).contains("needs Java 25 or newer", "ops/ctl").doesNotContain("Exception", "\tat ");
    }

    private static int version(String file) throws IOException {
        try (DataInputStream in = new DataInputStream(Launcher.class.getResourceAsStream(file))) {
            in.readInt();
            in.readUnsignedShort();
            return in.readUnsignedShort();
        }
    }

    private static Optional<Path> olderJava() throws IOException {
        Path all = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(all)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(all)) {
            return homes.filter(home -> home.getFileName().toString().matches(".*-(11|17|21)-.*"))
                    .filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .findFirst();
        }
    }
}
