package io.chatworker.cli.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolFolderTest {

    private static final Map<String, Object> WHOLE =
            Map.of("type", "function", "function", Map.of("name", "f", "parameters", Map.of("type", "object")));

    @TempDir
    private Path folder;

    @Test
    void aSchemaIsTakenInEachOfItsForms() throws IOException {
        for (String form : new String[] {
            "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}",
            "{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}",
            "{\"type\":\"object\"}"
        }) {
            Path file = Files.writeString(folder.resolve("given"), form);
            ToolFolder tools = new ToolFolder(folder.resolve("tools"));
            tools.add("f", file);
            assertThat(tools.tool("f")).isEqualTo(WHOLE);
        }
    }

    @Test
    void whatIsWrongIsToldInASentence() throws IOException {
        ToolFolder tools = new ToolFolder(folder);
        Files.writeString(folder.resolve("g.json"), "{\"name\":\"f\",\"parameters\":{}}");
        Files.writeString(folder.resolve("h.json"), "[1]");

        assertThatThrownBy(() -> tools.tool("f"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no schema");
        assertThatThrownBy(() -> tools.tool("g")).hasMessageContaining("of the tool 'f', not of 'g'");
        assertThatThrownBy(() -> tools.tool("h")).hasMessageContaining("no JSON object");
        assertThatThrownBy(() -> tools.tool("../f")).hasMessageContaining("cannot be the name of a tool");
    }
}
