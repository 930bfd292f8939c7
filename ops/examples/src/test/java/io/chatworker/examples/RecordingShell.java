package io.chatworker.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A shell in which no program runs: it only says which commands a text would run, each as its words. So what a page
 * shows is read as a shell reads it, with its quotes, pipes, comments and {@code $(…)}.
 */
final class RecordingShell {

    /** What stands in front of a text that is no shell at all. */
    private static final String NO_SHELL = "(no shell)";

    private static final String WORD = "\037";
    private static final String COMMAND = "\036";

    // Functions come before files and built-in commands; what is none and not in the empty PATH ends in the handler.
    private static final String SCRIPT = """
        exec 3>&1
        record() { local words; printf -v words '\\037%s' "$@"; printf '%s%s\\036' "$INDEX" "$words" >&3; }
        command_not_found_handle() { record "$@"; }
        for name in "$@" kill source export cd exec; do eval "$name() { record $name \\"\\$@\\"; }"; done
        PATH=/nonexistent INDEX=0
        while IFS= read -r -d '' text; do
          if "$BASH" -nc "$text"; then (eval "$text"); else printf '%s\\037(no shell)\\036' "$INDEX" >&3; fi </dev/null >/dev/null 2>&1
          INDEX=$((INDEX + 1))
        done
        """;

    private RecordingShell() {}

    /** The commands of each text; none for a text that is not shell. */
    static Map<String, List<List<String>>> commands(List<String> texts) {
        Map<String, List<List<String>>> commands = new HashMap<>();
        texts.forEach(text -> commands.put(text, new ArrayList<>()));
        for (String recorded : run(texts).split(COMMAND, -1)) {
            List<String> words = List.of(recorded.split(WORD, -1));
            if (words.size() > 1 && !words.get(1).equals(NO_SHELL)) {
                commands.get(texts.get(Integer.parseInt(words.getFirst()))).add(words.subList(1, words.size()));
            }
        }
        return commands;
    }

    private static String run(List<String> texts) {
        try {
            // Where what a text writes to is nobody's file.
            Path folder = Files.createTempDirectory("recording-shell");
            List<String> call = new ArrayList<>(List.of("bash", "-c", SCRIPT, "bash"));
            call.addAll(scripts());
            Process shell = new ProcessBuilder(call)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            Thread.ofVirtual().start(() -> write(shell, texts));
            String recorded = new String(shell.getInputStream().readAllBytes(), UTF_8);
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            return recorded;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Process shell, List<String> texts) {
        try (var in = shell.getOutputStream()) {
            for (String text : texts) {
                in.write((text + "\0").getBytes(UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The programs that are called by a path. */
    static List<String> scripts() {
        try (Stream<Path> files = Files.list(Page.TOP.resolve("ops"))) {
            return files.filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .map(file -> "ops/" + file.getFileName())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
