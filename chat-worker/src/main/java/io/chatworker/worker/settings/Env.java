package io.chatworker.worker.settings;

import io.chatworker.settings.TimeSpan;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings from environment variables. An empty variable is as if unset. Every bad value is remembered, with
 * its name and what would be accepted, and {@link #check()} reports them all; until then its default stands in.
 */
public final class Env {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(KiB|MiB|)");

    private final Asked variables;
    private final List<String> problems = new ArrayList<>();

    public Env(Map<String, String> variables) {
        this.variables = new Asked(variables);
    }

    /** All of them, for readers of their own. */
    public Map<String, String> variables() {
        return variables;
    }

    /** The variable as it is, the empty text included; absent only where it is not set at all. */
    public Optional<String> raw(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    public Optional<String> text(String name) {
        return raw(name).map(String::strip).filter(value -> !value.isEmpty());
    }

    public String text(String name, String otherwise) {
        return text(name).orElse(otherwise);
    }

    /** The variable's value by {@code parse}, which throws {@link IllegalArgumentException} to say what it accepts. */
    public <T> T parsed(String name, T otherwise, Function<String, T> parse) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            return parse.apply(value.get());
        } catch (IllegalArgumentException e) {
            problems.add(name + " must be " + e.getMessage());
            return otherwise;
        }
    }

    public int integer(String name, int otherwise, int least, int most) {
        return Math.toIntExact(number(name, otherwise, least, most, "a whole number from " + least + " to " + most));
    }

    public double decimal(String name, double otherwise, double least, double most) {
        String accepted = "a number from " + least + " to " + most;
        return parsed(name, otherwise, value -> {
            double number;
            try {
                number = Double.parseDouble(value);
            } catch (NumberFormatException e) {
                throw notAccepted(accepted, value);
            }
            if (!(number >= least && number <= most)) {
                throw notAccepted(accepted, value);
            }
            return number;
        });
    }

    public boolean flag(String name, boolean otherwise) {
        return parsed(name, otherwise, value -> switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw notAccepted("true or false", value);
        });
    }

    public <T extends Enum<T>> T choice(String name, T otherwise, Function<T, String> wire) {
        T[] choices = otherwise.getDeclaringClass().getEnumConstants();
        return parsed(
                name,
                otherwise,
                value -> Arrays.stream(choices)
                        .filter(choice -> wire.apply(choice).equals(value))
                        .findFirst()
                        .orElseThrow(() -> notAccepted(
                                Arrays.stream(choices).map(wire).collect(Collectors.joining(" or ")), value)));
    }

    /** A duration such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h} or {@code 0}, within the bounds. */
    public Duration duration(String name, Duration otherwise, Duration least, Duration most) {
        String accepted = "a number with ms, s, m or h (such as 30s), from " + plain(least) + " to " + plain(most);
        return parsed(name, otherwise, value -> {
            Duration duration;
            try {
                duration = TimeSpan.parse(value);
            } catch (IllegalArgumentException e) {
                throw notAccepted(accepted, value);
            }
            if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                throw notAccepted(accepted, value);
            }
            return duration;
        });
    }

    /** A size such as {@code 64KiB}, {@code 8MiB} or plain bytes, within the bounds, in bytes. */
    public int size(String name, int otherwise, int least, int most) {
        String accepted = "a size with KiB or MiB, or plain bytes, from " + least + " to " + most + " bytes";
        return parsed(name, otherwise, value -> {
            Matcher matcher = SIZE.matcher(value);
            if (!matcher.matches()) {
                throw notAccepted(accepted, value);
            }
            long unit = switch (matcher.group(2)) {
                case "KiB" -> 1024;
                case "MiB" -> 1024 * 1024;
                default -> 1;
            };
            long bytes = Long.parseLong(matcher.group(1)) * unit;
            if (bytes < least || bytes > most) {
                throw notAccepted(accepted, value);
            }
            return (int) bytes;
        });
    }

    /** Comma-separated entries, each stripped, empty ones left out. */
    public List<String> list(String name, String otherwise) {
        return split(text(name, otherwise));
    }

    /** Comma-separated entries of a text. */
    public static List<String> split(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    /** A sentence for each variable that looks like the worker's and was not asked for by now. */
    public List<String> unknown() {
        return Unknown.sentences(variables.all, variables.asked);
    }

    /** Remembers a problem that takes more than one variable to see. */
    public void problem(String text) {
        problems.add(text);
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidSettings where any value was bad
     */
    public void check() {
        if (!problems.isEmpty()) {
            throw new InvalidSettings(problems);
        }
    }

    /** The variables, and which of them somebody wanted. */
    private static final class Asked extends AbstractMap<String, String> {
        private final Map<String, String> all;
        private final Set<String> asked = new TreeSet<>();

        Asked(Map<String, String> all) {
            this.all = all;
        }

        @Override
        public @Nullable String get(Object name) {
            asked.add((String) name);
            return all.get(name);
        }

        @Override
        public String getOrDefault(Object name, String absent) {
            asked.add((String) name);
            return all.getOrDefault(name, absent);
        }

        @Override
        public Set<Entry<String, String>> entrySet() {
            return all.entrySet();
        }
    }

    private long number(String name, long otherwise, long least, long most, String accepted) {
        return parsed(name, otherwise, value -> {
            if (!value.matches("-?\\d{1,18}")) {
                throw notAccepted(accepted, value);
            }
            long number = Long.parseLong(value);
            if (number < least || number > most) {
                throw notAccepted(accepted, value);
            }
            return number;
        });
    }

    private static IllegalArgumentException notAccepted(String accepted, String value) {
        return new IllegalArgumentException(accepted + ", not '" + value + "'");
    }

    private static String plain(Duration duration) {
        if (duration.toSeconds() == 0) {
            return duration.toMillis() + "ms";
        }
        return duration.toSeconds() % 3600 == 0
                ? duration.toHours() + "h"
                : duration.toSeconds() % 60 == 0 ? duration.toMinutes() + "m" : duration.toSeconds() + "s";
    }
}
