package io.chatworker.worker.prompt;

import io.chatworker.contracts.Contract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * System prompts by name: {@code general}, and each {@code <name>.md} of a folder, read again when the file changed.
 * Safe for any thread.
 */
public final class Agents {

    public static final String GENERAL = "general";

    private static final Logger log = LoggerFactory.getLogger(Agents.class);
    private static final String GENERAL_PROMPT =
            "You are a helpful and efficient assistant. Keep answers concise unless asked for depth.";
    private static final long MAX_FILE_BYTES = 64 * 1024;
    private static final String SUFFIX = ".md";

    private record Page(FileTime changed, long size, String text) {}

    private final @Nullable Path folder;
    private final ConcurrentMap<String, Page> pages = new ConcurrentHashMap<>();

    public Agents(@Nullable Path folder) {
        this.folder = folder;
        names().forEach(this::prompt);
    }

    /** The agent's system prompt, or empty where there is no such agent. */
    public Optional<String> prompt(String name) {
        Optional<String> page = Contract.isId(name) ? page(name) : Optional.empty();
        return page.isEmpty() && name.equals(GENERAL) ? Optional.of(GENERAL_PROMPT) : page;
    }

    /** All names, in order. */
    public NavigableSet<String> names() {
        NavigableSet<String> names = new TreeSet<>();
        names.add(GENERAL);
        if (folder != null) {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(SUFFIX))
                        .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                        .filter(Contract::isId)
                        .forEach(names::add);
            } catch (IOException e) {
                log.warn("CHAT_AGENTS_DIR {} can not be listed: {}", folder, e.toString());
            }
        }
        return names;
    }

    private Optional<String> page(String name) {
        if (folder == null) {
            return Optional.empty();
        }
        Path file = folder.resolve(name + SUFFIX);
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            long size = Files.size(file);
            Page known = pages.get(name);
            if (known == null || !known.changed.equals(changed) || known.size != size) {
                if (size > MAX_FILE_BYTES) {
                    log.warn("agent {} is left out: {} is over {} bytes", name, file, MAX_FILE_BYTES);
                    return Optional.empty();
                }
                known = new Page(
                        changed,
                        size,
                        Files.readString(file, StandardCharsets.UTF_8).strip());
                pages.put(name, known);
            }
            return Optional.of(known.text);
        } catch (IOException e) {
            // Not there, not readable or not UTF-8: for the requester there is no such agent.
            if (Files.exists(file)) {
                log.warn("agent {} is left out: {}", name, e.toString());
            }
            return Optional.empty();
        }
    }
}
