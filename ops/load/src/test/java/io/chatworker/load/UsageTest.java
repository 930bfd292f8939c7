package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class UsageTest {

    private final StringWriter written = new StringWriter();

    @Test
    void scenariosMayBeNamedOrMade() {
        assertThat(run("--dry-run", "-s", "100x20,saturated-7,300x10,tool-call", "--interval", "0"))
                .isZero();
        assertThat(Scenario.named("300x10").streams()).isEqualTo(300);
        assertThat(Scenario.named("300x10").periodNanos()).isEqualTo(100_000_000);
        assertThat(Scenario.named("saturated-7").isPaced()).isFalse();
        assertThat(Scenario.named("5000x0.4").periodNanos()).isEqualTo(2_500_000_000L);
        assertThat(Scenario.named("history-64k").requestBytes()).isEqualTo(64_000);
    }

    @Test
    void whatCannotBeRunIsWrongUsage() {
        assertThat(run("--dry-run", "-s", "0x5")).isEqualTo(2);
        assertThat(run("--dry-run", "--subject", "nobody")).isEqualTo(2);
        assertThat(run("--dry-run", "--variant", "mine=what")).isEqualTo(2);
        assertThat(run("--dry-run", "--measure", "soon")).isEqualTo(2);
        assertThat(written.toString())
                .contains("no scenario is called '0x5'")
                .contains("no subject is called 'nobody'")
                .contains("a variant's words are")
                .contains("'soon' is not a time");
    }

    @Test
    void aSubjectThatThisMachineCannotRunIsWrongUsage() {
        assertThat(run("--subject", "go-relay")).isEqualTo(2);
        assertThat(written.toString()).contains("go-relay needs what this machine does not have");
    }

    @Test
    void everyScenarioIsListed() {
        for (String name : Scenario.USUAL) {
            assertThat(Scenario.NAMED).contains(Scenario.named(name));
        }
    }

    private int run(String... arguments) {
        return new CommandLine(new Load(System.out, System.err))
                .setErr(new PrintWriter(written, true))
                .execute(arguments);
    }
}
