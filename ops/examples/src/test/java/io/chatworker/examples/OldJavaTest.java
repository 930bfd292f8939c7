package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person sees who starts a jar of ours with the Java that Debian installs. */
class OldJavaTest {

    @ParameterizedTest
    @CsvSource({"chat-worker/target/chat-worker.jar, ops/worker", "ops/cli/target/cli.jar, ops/ctl"})
    void itIsToldInASentenceWhatTheJarNeedsAndWhatFindsIt(String jar, String script) throws IOException {
        Optional<Path> java = oldJava();
        assumeTrue(java.isPresent(), "no Java 17 to 24 on this machine");

        Commands.Ran ran = new Commands(Page.TOP, Map.of()).run(java.get() + " -jar " + jar, Duration.ofSeconds(30));

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.all()).contains("needs Java 25 or newer", script).doesNotContain("Exception", "Error", "\tat ");
    }

    private static Optional<Path> oldJava() throws IOException {
        Path all = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(all)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(all)) {
            return homes.filter(home -> home.getFileName().toString().matches(".*-(17|21)-.*"))
                    .map(home -> home.resolve("bin/java"))
                    .filter(Files::isExecutable)
                    .findFirst();
        }
    }
}
