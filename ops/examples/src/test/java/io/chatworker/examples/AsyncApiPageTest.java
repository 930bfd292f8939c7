package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The AsyncAPI document as a page for people: {@code chat-contracts/target/asyncapi.html}. */
class AsyncApiPageTest {

    private static final Path FOLDER = Path.of("..", "asyncapi");
    private static final Path PAGE = Path.of("..", "..", "chat-contracts", "target", "asyncapi.html");
    private static final Duration MOST = Duration.ofMinutes(1);

    @Test
    void itIsRenderedWholeAndNeedsNothingBesideIt() throws IOException {
        Commands commands = new Commands(FOLDER, Map.of());
        Prerequisites.assumeRuntime(commands, "Node.js 20", "npm --version && node --version");
        Prerequisites.fetch(commands, "npm ci --silent");

        Commands.Ran ran = commands.run("node render.mjs", MOST);

        assertThat(ran.exit()).as(ran.all()).isZero();
        assertThat(Files.readString(PAGE))
                .startsWith("<!doctype html>")
                .contains("AsyncApiStandalone.render(", "chat.completions", "prompt_eval_count")
                .doesNotContain("<script src=", "<link ", "\"$ref\":\"../");
    }
}
