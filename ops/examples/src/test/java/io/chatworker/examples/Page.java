package io.chatworker.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page in Markdown, of which tests run the code as it stands. */
final class Page {

    private final Path file;
    private final String text;

    Page(Path file) {
        this.file = file;
        try {
            this.text = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The code blocks in a language below a heading, up to the next heading. */
    List<String> code(String heading, String language) {
        String section = find("(?ms)^#+ " + Pattern.quote(heading) + "$(.*?)(?=^#+ |\\z)", text)
                .findFirst()
                .orElseThrow(() -> new AssertionError(file + " has no heading " + heading))
                .group(1);
        List<String> blocks = find("(?ms)^```" + language + "\n(.*?)^```$", section)
                .map(block -> block.group(1))
                .toList();
        if (blocks.isEmpty()) {
            throw new AssertionError(file + " has no " + language + " below " + heading);
        }
        return blocks;
    }

    private static java.util.stream.Stream<MatchResult> find(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results();
    }
}
