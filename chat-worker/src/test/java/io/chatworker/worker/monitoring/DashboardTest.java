package io.chatworker.worker.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.chatworker.worker.testing.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The dashboard as it is written: in Grafana's form, and in agreement with the alerts and the runbook. */
class DashboardTest {

    private static final int COLUMNS = 24;
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");
    private static final Pattern NAMED_PANEL =
            Pattern.compile("(?<![*\\w])\\*([A-Z][^*\\n]*(?:\\n[^*\\n]+)?)\\*(?!\\*)");

    private final Dashboard dashboard = Dashboard.read();
    private final AlertRules rules = AlertRules.read();

    @Test
    void itHasTheFormThatGrafanaReads() {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Json.of(AlertRules.text(Path.of("..", "ops", "grafana", "dashboard.schema.json"))));

        assertThat(schema.validate(dashboard.document())).isEmpty();
    }

    @Test
    void eachPanelHasAnIdAndAPlaceOfItsOwn() {
        assertThat(dashboard.panels())
                .extracting(panel -> panel.path("id").asInt())
                .doesNotHaveDuplicates();
        Set<String> taken = new TreeSet<>();
        List<String> twice = new ArrayList<>();
        for (JsonNode panel : dashboard.panels()) {
            JsonNode place = panel.path("gridPos");
            int right = place.path("x").asInt() + place.path("w").asInt();
            assertThat(right).as(panel.path("title").asString()).isLessThanOrEqualTo(COLUMNS);
            for (int x = place.path("x").asInt(); x < right; x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    if (!taken.add(x + "," + (place.path("y").asInt() + y))) {
                        twice.add(panel.path("title").asString());
                    }
                }
            }
        }
        assertThat(twice).isEmpty();
    }

    @Test
    void panelsOfOneLineAreFoundByTheirTitles() {
        assertThat(dashboard.shown().map(panel -> panel.path("title").asString()))
                .doesNotHaveDuplicates();
    }

    @Test
    void queriesUseOnlyVariablesThatThereAreAndNoNameOfAJob() {
        Set<String> known = dashboard
                .document()
                .at("/templating/list")
                .valueStream()
                .map(variable -> variable.path("name").asString())
                .collect(Collectors.toCollection(TreeSet::new));
        known.add("__rate_interval");

        assertThat(dashboard.expressions()).allSatisfy(expression -> {
            assertThat(VARIABLE.matcher(expression).results().map(found -> found.group(1)))
                    .isSubsetOf(known);
            assertThat(expression).doesNotContainPattern("job\\s*(=|!)");
        });
    }

    @Test
    void linksToTheRunbookLeadToItsSectionsAndEachAlertIsLinked() {
        List<String> anchors = rules.alertNames().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();

        Set<String> linked = dashboard
                .shown()
                .flatMap(panel -> panel.path("links").valueStream())
                .map(link -> link.path("url").asString())
                .map(url -> url.substring(url.indexOf('#') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(linked).containsExactlyInAnyOrderElementsOf(anchors);
    }

    @Test
    void thePanelsThatTheRunbookNamesAreThere() {
        Stream<String> named = NAMED_PANEL
                .matcher(AlertRules.text(Path.of("..", "ops", "RUNBOOK.md")))
                .results()
                .map(found -> found.group(1).replace('\n', ' '));

        assertThat(named.filter(name -> !name.equals("Chat worker")))
                .isNotEmpty()
                .isSubsetOf(dashboard
                        .shown()
                        .map(panel -> panel.path("title").asString())
                        .toList());
    }

    @Test
    void thresholdsAreThoseOfTheAlerts() {
        assertThat(thresholds("Failed requests")).containsExactlyElementsOf(burnRates("ChatFailureBudgetBurnsFast"));
        assertThat(thresholds("Late answers")).containsExactlyElementsOf(burnRates("ChatFirstTokenBudgetBurnsFast"));
        assertThat(thresholds("Failed requests and objective"))
                .contains(burnRates("ChatFailureBudgetBurnsFast").getLast())
                .contains(burnRates("ChatFailureBudgetBurnsSlowly").getFirst());
        assertThat(thresholds("Late answers and objective"))
                .contains(burnRates("ChatFirstTokenBudgetBurnsFast").getLast())
                .contains(burnRates("ChatFirstTokenBudgetBurnsSlowly").getFirst());
        for (String panel : List.of("Time to first token", "Time to first token by model")) {
            assertThat(thresholds(panel))
                    .containsExactlyElementsOf(numbers("ChatFirstTokenBudgetBurnsFast", "le=\"([0-9.]+)\""));
        }
        for (String panel : List.of("Waiting", "Waiting requests")) {
            assertThat(thresholds(panel))
                    .containsExactly(
                            numbers("ChatQueueGrowing", "> ([1-9][0-9]*)").getFirst(),
                            numbers("ChatQueueNearlyFull", "> ([1-9][0-9]*)").getFirst());
        }
    }

    /** The shares of failures that raise an alert, the lowest first: rate times budget. */
    private List<Double> burnRates(String alert) {
        return matches(alert, "> ([0-9.]+) \\* ([0-9.]+)")
                .map(found ->
                        Math.round(Double.parseDouble(found.group(1)) * Double.parseDouble(found.group(2)) * 1e6) / 1e6)
                .distinct()
                .sorted()
                .toList();
    }

    private List<Double> numbers(String alert, String pattern) {
        return matches(alert, pattern)
                .map(found -> Double.parseDouble(found.group(1)))
                .distinct()
                .toList();
    }

    private Stream<MatchResult> matches(String alert, String pattern) {
        String expression = rules.alerts().stream()
                .filter(named(alert, "alert"))
                .findFirst()
                .orElseThrow()
                .path("expr")
                .asString();
        return Pattern.compile(pattern).matcher(expression).results();
    }

    private List<Double> thresholds(String title) {
        return dashboard
                .shown()
                .filter(named(title, "title"))
                .findFirst()
                .orElseThrow()
                .at("/fieldConfig/defaults/thresholds/steps")
                .valueStream()
                .filter(step -> !step.path("value").isNull())
                .map(step -> step.path("value").asDouble())
                .toList();
    }

    private static Predicate<JsonNode> named(String name, String key) {
        return node -> node.path(key).asString("").equals(name);
    }
}
