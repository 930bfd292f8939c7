package io.chatworker.worker.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code ops/RUNBOOK.md}: a section for each alert, with what a person called at night looks for. */
class RunbookTest {

    private static final String TEXT = AlertRules.text(Path.of("..", "ops", "RUNBOOK.md"));
    private static final Pattern SECTION = Pattern.compile("(?ms)^## (\\w+)\\n(.*?)(?=^## |\\z)");
    private static final Pattern LINK = Pattern.compile("]\\(#([^)]+)\\)");

    private final AlertRules rules = AlertRules.read();
    private final Map<String, String> sections = sections();

    @Test
    void eachAlertHasItsSectionInTheOrderOfTheRules() {
        assertThat(sections.keySet()).containsExactlyElementsOf(rules.alertNames());
    }

    @Test
    void eachSectionSaysWhatItMeansHowToSeeItWhatToDoAndWhatNotToDo() {
        for (String part : List.of("**Means:**", "**See it:**", "**Do:**", "**Do not**")) {
            assertThat(sections)
                    .allSatisfy((alert, text) -> assertThat(text).containsPattern("(?m)^" + Pattern.quote(part)));
        }
    }

    @Test
    void itsLinksLeadToSectionsAndItsCommandsStandOnOneLine() {
        List<String> anchors = sections.keySet().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();

        assertThat(LINK.matcher(TEXT).results().map(found -> found.group(1))).isSubsetOf(anchors);
        assertThat(TEXT.lines())
                .allSatisfy(line -> assertThat(
                                line.chars().filter(c -> c == '`').count() % 2)
                        .isZero());
    }

    private static Map<String, String> sections() {
        Map<String, String> sections = new LinkedHashMap<>();
        Matcher matcher = SECTION.matcher(TEXT);
        while (matcher.find()) {
            sections.put(matcher.group(1), matcher.group(2));
        }
        return sections;
    }
}
