package io.chatworker.worker.settings;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A pattern in which {@code *} stands for any characters, none included, and everything else for itself. */
public record Glob(String text, Pattern pattern) {

    public Glob(String text) {
        this(
                text,
                Pattern.compile(
                        Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                        Pattern.DOTALL));
    }

    public boolean matches(String name) {
        return pattern.matcher(name).matches();
    }
}
