package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The AsyncAPI document as a page for people: {@code chat-contracts/target/asyncapi.html}. */
class AsyncApiPageTest {

    private static final Path PAGE = Page.TOP.resolve("chat-contracts/target/asyncapi.html");

    @Test
    void itIsRenderedWholeAndNeedsNothingBesideIt() throws IOException {
        Commands commands = new Commands(Page.TOP, Map.of());
        Prerequisites.assumeRuntime(commands, "Node.js 20", "npm --version && node --version");
        String command = new Page(Page.TOP.resolve("chat-contracts/README.md"))
                .code().stream()
                        .map(Words::text)
                        .filter(text -> text.contains("render.mjs"))
                        .findFirst()
                        .orElseThrow();
        Prerequisites.fetch(commands, command);

        assertThat(Files.readString(PAGE))
                .startsWith("<!doctype html>")
                .contains("AsyncApiStandalone.render(", "chat.completions", "prompt_eval_count")
                .doesNotContain("<script src=", "<link ", "\"$ref\":\"../");
    }
}
