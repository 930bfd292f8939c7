package io.chatworker.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A table of the project's README. */
final class ReadmeTable {

    private static final Path README = Path.of("..", "README.md");

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private ReadmeTable() {}

    /** The rows of the table whose first column has this title, each cell without the space around it. */
    static List<List<String>> under(String title) throws IOException {
        return Files.readAllLines(README).stream()
                .dropWhile(line -> !line.startsWith("| " + title + " |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    /** Every variable of the table of settings. */
    static List<String> variables() throws IOException {
        return under("variable").stream()
                .flatMap(row -> CODE.matcher(row.getFirst()).results())
                .map(code -> code.group(1))
                .toList();
    }
}
