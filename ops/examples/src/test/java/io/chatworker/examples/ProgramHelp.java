package io.chatworker.examples;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What programs say of themselves, each asked once. */
final class ProgramHelp {

    private static final Pattern OPTION = Pattern.compile("(--?[A-Za-z][\\w-]*)(=.*)?", Pattern.DOTALL);

    private final Checkout checkout;
    private final Map<String, String> helps = new ConcurrentHashMap<>();

    ProgramHelp(Checkout checkout) {
        this.checkout = checkout;
    }

    /** What a command prints with {@code --help} behind it. */
    String of(String command) {
        return helps.computeIfAbsent(
                command,
                _ -> checkout.run(command + " --help 2>&1 || true", Map.of()).all());
    }

    /** Options that none of the commands has; one that is not on this machine has none to compare with. */
    Stream<String> unknownOptions(List<String> commands, List<String> words) {
        String known = String.join("\n", commands.stream().map(this::of).toList());
        return known.contains("command not found")
                ? Stream.of()
                : words.stream()
                        .takeWhile(word -> !word.equals("--"))
                        .map(OPTION::matcher)
                        .filter(Matcher::matches)
                        .map(option -> option.group(1))
                        .filter(option -> !Pattern.compile("(?<![\\w-])" + Pattern.quote(option) + "(?![\\w-])")
                                .matcher(known)
                                .find())
                        .map(option -> String.join(", ", commands) + ": none has the option " + option);
    }
}
