package io.chatworker.standin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** All recorded exchanges, read once. They never change and are safe for any thread. */
public final class Exchanges {

    private static final String FOLDER = "/ollama-transcripts/";

    private static final Map<String, Exchange> BY_NAME = load();

    private Exchanges() {}

    /**
     * The exchange with this name, such as {@code plain}.
     *
     * @throws NoSuchElementException if there is none
     */
    public static Exchange byName(String name) {
        return Optional.ofNullable(BY_NAME.get(name))
                .orElseThrow(() -> new NoSuchElementException("no exchange named " + name + ": " + BY_NAME.keySet()));
    }

    /** Every exchange, by name. */
    public static List<Exchange> all() {
        return List.copyOf(BY_NAME.values());
    }

    /** The exchange that a model is named after. Like Ollama, ignores case and the tag {@code :latest}. */
    static Optional<Exchange> ofModel(String model) {
        var name = model.toLowerCase(Locale.ROOT);
        return Optional.ofNullable(BY_NAME.get(name.endsWith(":latest") ? name.substring(0, name.length() - 7) : name));
    }

    // A folder in a jar cannot be listed, hence the index.
    private static Map<String, Exchange> load() {
        var exchanges = new LinkedHashMap<String, Exchange>();
        resource("index.txt").lines().forEach(name -> exchanges.put(name, exchange(name)));
        return exchanges;
    }

    private static Exchange exchange(String name) {
        return Transcript.parse(name, resource(name + ".json"));
    }

    private static String resource(String file) {
        try (InputStream in = Exchanges.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException("missing in the jar: " + FOLDER + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
