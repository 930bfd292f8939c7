package io.chatworker.worker.prompt;

import io.chatworker.contracts.Contract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
 * An unusable file is left out, and logged once per change. {@code summarizer.md} is no agent, but the prompt by which
 * rounds are summarized. Safe for any thread.
 */
public final class Agents {

    public static final String GENERAL = "general";

    private static final Logger log = LoggerFactory.getLogger(Agents.class);
    private static final String GENERAL_PROMPT =
            "You are a helpful and efficient assistant. Keep answers concise unless asked for depth.";
    private static final String SUMMARIZER = "summarizer";
    private static final int MAX_FILE_BYTES = 64 * 1024;
    private static final String SUFFIX = ".md";

    /** A file as it was read; {@code text} is null if it is unusable. */
    private record Page(
            FileTime changed, long size, @Nullable String text) {
        boolean isOf(BasicFileAttributes file) {
            return changed.equals(file.lastModifiedTime()) && size == file.size();
        }
    }

    private final @Nullable Path folder;
    private final ConcurrentMap<String, Page> pages = new ConcurrentHashMap<>();

    public Agents(@Nullable Path folder) {
        this.folder = folder;
        names();
    }

    /** The system prompt of the agent, or empty if there is no such agent. */
    public Optional<String> prompt(String name) {
        Optional<String> page = Contract.isId(name) && !name.equals(SUMMARIZER) ? page(name) : Optional.empty();
        return page.isEmpty() && name.equals(GENERAL) ? Optional.of(GENERAL_PROMPT) : page;
    }

    /** The prompt of the folder by which rounds are summarized, or empty if there is none with text in it. */
    Optional<String> summarizer() {
        return page(SUMMARIZER).filter(text -> !text.isEmpty());
    }

    /** The names of all agents, in order. */
    public NavigableSet<String> names() {
        NavigableSet<String> names = new TreeSet<>();
        names.add(GENERAL);
        if (folder != null) {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(SUFFIX))
                        .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                        .filter(name -> prompt(name).isPresent())
                        .forEach(names::add);
            } catch (IOException | UncheckedIOException e) {
                log.warn("CHAT_AGENTS_DIR {} cannot be listed: {}", folder, e.toString());
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
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            Page known = pages.get(name);
            if (known == null || !known.isOf(found)) {
                known = new Page(found.lastModifiedTime(), found.size(), read(name, file, found));
                pages.put(name, known);
            }
            return Optional.ofNullable(known.text);
        } catch (IOException e) {
            // It does not exist, or no longer.
            pages.remove(name);
            return Optional.empty();
        }
    }

    /** The text of the file, or null if it is unusable. */
    private static @Nullable String read(String name, Path file, BasicFileAttributes found) {
        if (!found.isRegularFile()) {
            return leftOut(name, "is no file");
        }
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] text = bytes.readNBytes(MAX_FILE_BYTES + 1);
            return text.length > MAX_FILE_BYTES
                    ? leftOut(name, "has more than " + MAX_FILE_BYTES + " bytes")
                    : withoutMark(StandardCharsets.UTF_8
                                    .newDecoder()
                                    .decode(ByteBuffer.wrap(text))
                                    .toString())
                            .strip();
        } catch (CharacterCodingException e) {
            return leftOut(name, "is not UTF-8");
        } catch (IOException e) {
            return leftOut(name, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** Editors put a byte order mark in front, which is not for the model. */
    private static String withoutMark(String text) {
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static @Nullable String leftOut(String name, String why) {
        log.warn("agent {} is left out: its file in CHAT_AGENTS_DIR {}", name, why);
        return null;
    }
}
