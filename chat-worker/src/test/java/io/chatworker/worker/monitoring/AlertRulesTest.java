package io.chatworker.worker.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The alerts as they are written: by themselves, with their tests for promtool, and with the contract's codes. */
class AlertRulesTest {

    private static final List<String> TEST_FILES = List.of("rules.test.yml", "objectives.test.yml");
    private static final Pattern CODES = Pattern.compile("code!~\"([a-z_|]+)\"");

    private final AlertRules rules = AlertRules.read();

    @Test
    void promtoolAcceptsTheRulesAndTheConfiguration() {
        Program promtool = Program.assumed("promtool");

        assertSucceeds(promtool.run("check", "rules", "rules.yml"));
        assertSucceeds(promtool.run("check", "config", "prometheus.yml"));
    }

    @Test
    void eachAlertFiresAndStaysSilentAsItsTestsForPromtoolSay() {
        Program promtool = Program.assumed("promtool");

        assertSucceeds(promtool.run(
                Stream.concat(Stream.of("test", "rules"), TEST_FILES.stream()).toArray(String[]::new)));
    }

    @Test
    void eachAlertHasATestInWhichItFiresAndOneInWhichItStaysSilent() {
        Set<String> fires = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        for (String file : TEST_FILES) {
            for (JsonNode test : AlertRules.yaml(file).path("tests")) {
                for (JsonNode expectation : test.path("alert_rule_test")) {
                    (expectation.path("exp_alerts").isEmpty() ? silent : fires)
                            .add(expectation.path("alertname").asString());
                }
            }
        }

        assertThat(fires).containsExactlyInAnyOrderElementsOf(rules.alertNames());
        assertThat(silent).containsExactlyInAnyOrderElementsOf(rules.alertNames());
    }

    @Test
    void eachAlertSaysHowUrgentItIsWhatIsWrongAndWhereToReadOn() {
        assertThat(rules.alertNames()).hasSizeGreaterThan(10).doesNotHaveDuplicates();
        assertThat(rules.alerts()).allSatisfy(alert -> {
            assertThat(alert.at("/labels/severity").asString()).isIn("critical", "warning");
            assertThat(alert.at("/annotations/summary").asString()).isNotBlank().doesNotEndWith(".");
            assertThat(alert.at("/annotations/description").asString()).endsWith(".");
            assertThat(alert.at("/annotations/runbook_url").asString())
                    .endsWith("ops/RUNBOOK.md#" + alert.path("alert").asString().toLowerCase(Locale.ROOT));
        });
    }

    @Test
    void noRuleFindsItsTargetsByTheNameOfAJob() {
        assertThat(rules.all())
                .allSatisfy(rule -> assertThat(rule.path("expr").asString()).doesNotContainPattern("job\\s*(=|!)"));
    }

    @Test
    void exactlyTheMistakesOfSendersAreNoFailuresOfOurs() {
        List<String> mistakes = Arrays.stream(ErrorCode.values())
                .filter(ErrorCode::isSendersMistake)
                .map(ErrorCode::wire)
                .toList();

        List<List<String>> leftOut = rules.all()
                .map(rule -> CODES.matcher(rule.path("expr").asString()))
                .filter(Matcher::find)
                .map(found -> List.of(found.group(1).split("\\|")))
                .toList();
        assertThat(leftOut)
                .isNotEmpty()
                .allSatisfy(codes -> assertThat(codes).containsExactlyInAnyOrderElementsOf(mistakes));
    }

    private static void assertSucceeds(Program.Ran ran) {
        assertThat(ran.exit()).as(ran.printed()).isZero();
    }
}
