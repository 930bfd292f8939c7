package io.chatworker.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page in Markdown: its code blocks, the code in its text, its links and headings. */
final class Page {

    /** The top of the checkout. */
    static final Path TOP = Path.of("..", "..").toAbsolutePath().normalize();

    private static final Pattern FENCE = Pattern.compile("\\s*```(\\w*)");
    private static final Pattern HEADING = Pattern.compile("#+ (.*)");
    private static final Pattern INDENTED = Pattern.compile(" {4}\\S.*");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^()\\s]+)\\)");

    private final Path file;
    private final List<Block> blocks = new ArrayList<>();
    private final List<String> headings = new ArrayList<>();
    /** The lines outside of blocks; empty where a block is. */
    private final List<String> prose = new ArrayList<>();

    Page(Path file) {
        this.file = file.toAbsolutePath().normalize();
        try {
            read(Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every page of the repository. */
    static List<Page> all() {
        return Tree.files(TOP).stream()
                .filter(file -> file.toString().endsWith(".md"))
                .sorted()
                .map(Page::new)
                .toList();
    }

    private void read(List<String> lines) {
        String heading = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int number = i + 1;
            Matcher fence = FENCE.matcher(line);
            Matcher title = HEADING.matcher(line);
            StringBuilder text = new StringBuilder();
            if (fence.matches()) {
                for (i++; !lines.get(i).strip().equals("```"); i++) {
                    text.append(lines.get(i)).append('\n');
                }
                blocks.add(new Block(name(), number, heading, fence.group(1), text.toString()));
                prose.addAll(Collections.nCopies(i + 2 - number, ""));
                continue;
            }
            if (INDENTED.matcher(line).matches() && (i == 0 || lines.get(i - 1).isBlank())) {
                blocks.add(new Block(name(), number, heading, "", line));
            } else if (title.matches()) {
                heading = title.group(1);
                headings.add(heading);
            }
            prose.add(line);
        }
    }

    /** Its path below the top, with slashes. */
    String name() {
        return TOP.relativize(file).toString().replace('\\', '/');
    }

    Path folder() {
        return file.getParent();
    }

    List<Block> blocks() {
        return blocks;
    }

    /** The code blocks in a language below a heading, up to the next heading. */
    List<String> code(String heading, String language) {
        List<String> found = blocks.stream()
                .filter(block ->
                        block.heading().equals(heading) && block.language().equals(language))
                .map(Block::text)
                .toList();
        if (found.isEmpty()) {
            throw new AssertionError(file + " has no " + language + " below " + heading);
        }
        return found;
    }

    /** The code in its text, without the backticks. */
    List<Words> code() {
        return find(CODE).stream()
                .map(found -> new Words(
                        found.page(),
                        found.line(),
                        found.text().replace("\\|", "|").replaceAll("\\s*\n\\s*", " ")))
                .toList();
    }

    /** Where its links lead. */
    List<Words> links() {
        return find(LINK);
    }

    /** The anchors of its headings, as GitHub makes them. */
    List<String> anchors() {
        return headings.stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    /** All that matches; nothing reaches from one paragraph into the next. */
    private List<Words> find(Pattern pattern) {
        List<Words> found = new ArrayList<>();
        int from = 0;
        while (from < prose.size()) {
            int to = from;
            // A row of a table is by itself.
            do {
                to++;
            } while (to < prose.size()
                    && !prose.get(to).isBlank()
                    && !prose.get(to).startsWith("|"));
            String paragraph = String.join("\n", prose.subList(from, to));
            int line = from + 1;
            pattern.matcher(paragraph)
                    .results()
                    .forEach(match -> found.add(new Words(
                            name(),
                            line
                                    + (int) paragraph
                                            .substring(0, match.start())
                                            .chars()
                                            .filter(c -> c == '\n')
                                            .count(),
                            match.group(1))));
            from = to;
        }
        return found;
    }
}
