package io.chatworker.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the text of a page names as code exists: commands with their options, paths, settings, metrics. The changelog is
 * left out, as it names what is gone.
 */
class TextTest {

    @RegisterExtension
    static final Checkout.Open checkout = new Checkout.Open();

    private static final List<Page> PAGES = Page.all().stream()
            .filter(page -> !page.name().equals("CHANGELOG.md"))
            .toList();

    /** What is built, made or chosen by the reader is not in the repository. */
    private static final Pattern PATH = Pattern.compile(
            "(?<![\\w/.~-])(?:ops|chat-contracts|chat-worker|src|\\.github)(?:/[\\w.-]+)+/?(?![\\w/*<{…-])");

    private static final Pattern SETTING = Pattern.compile("(?<![\\w$])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\\w…])");
    private static final Pattern METRIC = Pattern.compile("(?<![\\w.])(?:chat|gen_ai)_[a-z_]+[a-z](?![\\w…])");

    private static Map<String, List<List<String>>> commands;

    @BeforeAll
    static void read() {
        commands = RecordingShell.commands(
                code().map(TextTest::withoutBrackets).distinct().toList());
    }

    @Test
    void everyCommandExistsWithItsOptions() {
        KnownCommands known = checkout.get().known();

        assertThat(problems(words -> commands.get(withoutBrackets(words)).stream()
                        .filter(known::begins)
                        .flatMap(known::problems)))
                .isEmpty();
    }

    @Test
    void everyPathExists() {
        assertThat(problems(words -> missing(PATH, words)
                        .filter(path -> !path.contains("/target/"))
                        .filter(path -> !Files.exists(Page.TOP.resolve(path))
                                && !Files.exists(folder(words).resolve(path)))
                        .map(path -> "there is no " + path)))
                .isEmpty();
    }

    @Test
    void everySettingIsRead() throws IOException {
        Set<String> read = names(SETTING, file -> !file.toString().endsWith(".md"));

        assertThat(problems(words -> missing(SETTING, words)
                        .filter(name -> !read.contains(name))
                        .map(name -> "nothing reads " + name)))
                .isEmpty();
    }

    @Test
    void everyMetricIsInTheTable() throws IOException {
        Set<String> listed = names(METRIC, file -> file.endsWith("ops/METRICS.md"));

        assertThat(problems(words -> missing(METRIC, words)
                        .map(name -> name.replaceFirst("_(bucket|sum|count|max)$", ""))
                        .filter(name -> !listed.contains(name))
                        .map(name -> "METRICS.md has no " + name)))
                .isEmpty();
    }

    @Test
    void everyLinkLeadsToAFileAndAHeading() {
        assertThat(PAGES.stream()
                        .flatMap(page -> page.links().stream())
                        .filter(link -> !link.text().matches("[a-z]+:.*"))
                        .filter(link -> !leads(link))
                        .map(link -> link.place() + " " + link.text()))
                .isEmpty();
    }

    private static boolean leads(Words link) {
        String[] parts = link.text().split("#", 2);
        Path page = Page.TOP.resolve(link.page());
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
        return Files.exists(file)
                && (parts.length == 1 || new Page(file).anchors().contains(parts[1]));
    }

    private static Stream<Words> code() {
        return PAGES.stream().flatMap(page -> page.code().stream());
    }

    /** {@code [PATTERN]} is what may be left out. */
    private static String withoutBrackets(Words words) {
        return words.text().replaceAll("\\[([^]'\"]*)]", "$1").replaceAll("\\[[^]]*]", "");
    }

    private static Path folder(Words words) {
        return Page.TOP.resolve(words.page()).getParent();
    }

    private static Stream<String> problems(Function<Words, Stream<String>> check) {
        return code().flatMap(words ->
                check.apply(words).map(problem -> words.place() + " `" + words.text() + "`: " + problem));
    }

    private static Stream<String> missing(Pattern pattern, Words words) {
        return pattern.matcher(words.text()).results().map(MatchResult::group);
    }

    private static Set<String> names(Pattern pattern, Predicate<Path> files) throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path file : Tree.files(Page.TOP)) {
            if (files.test(file)) {
                // Pictures too: what is looked for is ASCII.
                pattern.matcher(Files.readString(file, ISO_8859_1))
                        .results()
                        .map(MatchResult::group)
                        .forEach(names::add);
            }
        }
        return names;
    }
}
