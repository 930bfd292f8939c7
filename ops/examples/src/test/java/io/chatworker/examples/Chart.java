package io.chatworker.examples;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The Helm chart: where it is, and the values that it has. */
final class Chart {

    private static final String FOLDER = "ops/helm";

    private final Map<String, Object> values = yaml(FOLDER + "/values.yaml");

    /** What is wrong with the words behind {@code helm}. */
    Stream<String> problems(List<String> words) {
        Stream<String> charts =
                words.contains(FOLDER) ? Stream.of() : Stream.of("helm is not told the chart " + FOLDER);
        Stream<String> unknown = IntStream.range(1, words.size())
                .filter(i -> words.get(i - 1).equals("--set"))
                .mapToObj(i -> words.get(i).replaceFirst("=.*", ""))
                .filter(path -> !has(path))
                .map(path -> "the chart has no value " + path);
        return Stream.concat(charts, unknown);
    }

    /** Whether there is a value with this path, as {@code --set} takes it. */
    boolean has(String path) {
        Object at = values;
        for (String key : path.split("\\.", -1)) {
            if (!(at instanceof Map<?, ?> map) || !map.containsKey(key)) {
                return false;
            }
            at = map.get(key);
        }
        return true;
    }

    static Map<String, Object> yaml(String file) {
        try (Reader reader = Files.newBufferedReader(Page.TOP.resolve(file))) {
            return new Yaml().load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
