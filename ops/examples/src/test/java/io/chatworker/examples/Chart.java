package io.chatworker.examples;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The Helm chart: where it is, and the values that it has. */
final class Chart {

    private static final String FOLDER = "ops/helm";

    /** Helm on the PATH, or where {@code ops/release-check} puts it; rendering needs no cluster. */
    private static final String HELM = "helm=$(command -v helm || echo '" + Page.TOP + "/.run/tools/helm')\n"
            + "[ ! -x \"$helm\" ] || \"$helm\" --kube-version 1.37 ";

    private final Checkout checkout;
    private final Map<String, Object> values = yaml(FOLDER + "/values.yaml");

    Chart(Checkout checkout) {
        this.checkout = checkout;
    }

    /** What is wrong with the words behind {@code helm}. */
    Stream<String> problems(List<String> words) {
        Stream<String> charts =
                words.contains(FOLDER) ? Stream.of() : Stream.of("helm is not told the chart " + FOLDER);
        Stream<String> unknown = IntStream.range(1, words.size())
                .filter(i -> words.get(i - 1).equals("--set"))
                .mapToObj(i -> words.get(i).replaceFirst("=.*", ""))
                .filter(path -> !has(path))
                .map(path -> "the chart has no value " + path);
        return Stream.of(charts, unknown, refused(words)).flatMap(problems -> problems);
    }

    /** What Helm itself says when it renders the chart, where it is on this machine. */
    private Stream<String> refused(List<String> words) {
        if (!words.contains("install")) {
            return Stream.of();
        }
        String rendering = words.stream()
                .map(word -> word.equals("install") ? "template" : "'" + word + "'")
                .collect(Collectors.joining(" "));
        Commands.Ran ran = checkout.run(HELM + rendering, Map.of());
        return ran.exit() == 0 ? Stream.of() : Stream.of("helm says: " + ran.err());
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
