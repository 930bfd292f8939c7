package io.chatworker.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentsTest {

    @TempDir
    private Path folder;

    @Test
    void theBuiltInAgentIsAlwaysThere() {
        assertThat(new Agents(null).names()).containsExactly("general");
        assertThat(new Agents(null).prompt("general").orElseThrow()).startsWith("You are a helpful");
        assertThat(new Agents(folder).prompt("general")).isEqualTo(new Agents(null).prompt("general"));
    }

    @Test
    void everyPageOfTheFolderIsAnAgentAndGeneralMayBeReplaced() throws IOException {
        write("pirate", "\n Talk like a pirate. ⚓\n\n");
        write("general", "Be brief.");
        write("silent", " ");
        write("summarizer", "Sum it up.");
        Files.writeString(folder.resolve("notes.txt"), "no agent");
        Files.writeString(folder.resolve("two.words.md"), "no agent either");
        Agents agents = new Agents(folder);

        assertThat(agents.names()).containsExactly("general", "pirate", "silent");
        assertThat(agents.prompt("pirate")).contains("Talk like a pirate. ⚓");
        assertThat(agents.prompt("general")).contains("Be brief.");
        assertThat(agents.prompt("silent")).contains("");
        assertThat(agents.prompt("two.words")).isEmpty();
        assertThat(agents.prompt("summarizer")).isEmpty();
        assertThat(agents.summarizer()).contains("Sum it up.");
    }

    @Test
    void aByteOrderMarkIsNotForTheModel() throws IOException {
        write("marked", "\ufeff\nTalk like a pirate.");
        write("empty", "\ufeff");

        assertThat(new Agents(folder).prompt("marked")).contains("Talk like a pirate.");
        assertThat(new Agents(folder).prompt("empty")).contains("");
    }

    @Test
    void aPageThatChangedIsReadAgain() throws IOException {
        Path page = write("pirate", "one");
        Agents agents = new Agents(folder);
        assertThat(agents.prompt("pirate")).contains("one");

        write("pirate", "two");
        Files.setLastModifiedTime(page, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertThat(agents.prompt("pirate")).contains("two");

        Files.delete(page);
        assertThat(agents.prompt("pirate")).isEmpty();
        write("sailor", "new");
        assertThat(agents.prompt("sailor")).contains("new");
    }

    @Test
    @Law(6)
    @DisplayName("A page has a bound")
    void aPageThatIsTooLargeIsLeftOut() throws IOException {
        write("large", "x".repeat(64 * 1024));
        write("larger", "x".repeat(64 * 1024 + 1));
        Agents agents = new Agents(folder);

        assertThat(agents.prompt("large").orElseThrow()).hasSize(64 * 1024);
        assertThat(agents.prompt("larger")).isEmpty();
        assertThat(agents.names()).containsExactly("general", "large");
    }

    @Test
    void whatIsNoFileIsLeftOut() throws IOException {
        Files.createDirectory(folder.resolve("folder.md"));
        Agents agents = new Agents(folder);

        assertThat(agents.prompt("folder")).isEmpty();
        assertThat(agents.names()).containsExactly("general");
    }

    @Test
    void whatCanBeNoPromptIsToldOnceAChange() throws IOException {
        Files.write(folder.resolve("latin.md"), new byte[] {'a', (byte) 0xfc});
        try (CapturedLog log = new CapturedLog()) {
            Agents agents = new Agents(folder);
            agents.prompt("latin");
            agents.names();
            assertThat(log.lines())
                    .containsExactly("WARN agent latin is left out: its file in CHAT_AGENTS_DIR is not UTF-8");

            Files.write(folder.resolve("latin.md"), new byte[] {'a', 'b', (byte) 0xfc});
            agents.prompt("latin");
            assertThat(log.lines()).hasSize(2);
        }
    }

    @Test
    void aPageThatIsNoUtf8IsLeftOut() throws IOException {
        Files.write(folder.resolve("latin.md"), new byte[] {'a', (byte) 0xfc});

        assertThat(new Agents(folder).prompt("latin")).isEmpty();
    }

    @ParameterizedTest
    @Law(7)
    @DisplayName("No name leads out of the folder")
    @ValueSource(strings = {"../secret", "..", "", " ", "a/b", "a\\b", "a.b", "/etc/passwd", "a\u0000", "ägent", "x\n"})
    void aNameThatIsNoneIsNoAgent(String name) throws IOException {
        Files.writeString(folder.getParent().resolve("secret.md"), "secret");

        assertThat(new Agents(folder).prompt(name)).isEmpty();
        assertThat(new Agents(null).prompt(name)).isEmpty();
    }

    @Test
    void aNameOfMoreThanSixtyFourCharactersIsNoAgent() throws IOException {
        write("a".repeat(65), "x");

        assertThat(new Agents(folder).prompt("a".repeat(65))).isEmpty();
    }

    @Test
    void aFolderThatIsGoneLeavesTheBuiltInAgent() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        Files.delete(gone);

        assertThat(new Agents(gone).names()).containsExactly("general");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name + ".md"), text);
    }
}
