package io.chatworker.settings;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A duration as settings and options spell it: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, or {@code 0}. */
public final class TimeSpan {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)|0");

    private TimeSpan() {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException where the text is no time span
     */
    public static Duration parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a time such as 500ms, 30s, 5m or 1h");
        }
        if (parts.group(1) == null) {
            return Duration.ZERO;
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}
