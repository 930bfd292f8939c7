package io.chatworker.cli.tools;

import io.chatworker.cli.view.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;

/**
 * The schemas of tools, each in {@code <name>.json}: as a request has the tool, or only its {@code function}, or only the
 * JSON schema of its parameters.
 */
public final class ToolFolder {

    private static final long MAX_BYTES = 1 << 20;

    private final Path folder;

    public ToolFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The tool as a request has it.
     *
     * @throws IOException with a sentence for the person
     */
    public Map<String, Object> tool(String name) throws IOException {
        Path file = file(name);
        if (!Files.isRegularFile(file)) {
            throw new IOException("There is no schema of the tool '" + name + "': write it to " + file
                    + ", or offer the tool with --schema.");
        }
        return whole(name, read(file));
    }

    /** Takes in the schema, for those who ask. */
    public void add(String name, Path schema) throws IOException {
        whole(name, read(schema));
        Files.createDirectories(folder);
        if (!Files.exists(file(name)) || !Files.isSameFile(schema, file(name))) {
            Files.copy(schema, file(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Path file(String name) throws IOException {
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IOException("'" + name + "' cannot be the name of a tool: 1 to 64 letters, digits, '_' and '-'.");
        }
        return folder.resolve(name + ".json");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("There is no file " + file + ".");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than 1 MiB.");
        }
        try {
            return Json.read(Files.readAllBytes(file), LinkedHashMap.class);
        } catch (JacksonException e) {
            throw new IOException(file + " holds no JSON object.", e);
        }
    }

    private static Map<String, Object> whole(String name, Map<String, Object> given) throws IOException {
        if (given.get("function") instanceof Map<?, ?> function) {
            return named(name, function, given);
        }
        if (given.containsKey("parameters")) {
            return named(name, given, tool(given));
        }
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", name);
        function.put("parameters", given);
        return tool(function);
    }

    private static Map<String, Object> tool(Map<String, Object> function) {
        Map<String, Object> tool = new LinkedHashMap<>();
        tool.put("type", "function");
        tool.put("function", function);
        return tool;
    }

    private static Map<String, Object> named(String name, Map<?, ?> function, Map<String, Object> tool)
            throws IOException {
        if (!name.equals(function.get("name"))) {
            throw new IOException("The schema is of the tool '" + function.get("name") + "', not of '" + name + "'.");
        }
        return tool;
    }
}
