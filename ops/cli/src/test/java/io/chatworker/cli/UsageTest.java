package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "ask --nonsense",
                "ask --timeout soon why",
                "ask --option temperature why",
                "ask --conversation a.b why",
                "cancel",
                "cancel a.b",
                "cancel r1 --conversation c1",
                "dead-letters",
                "dead-letters list --limit many",
                "dead-letters list --page 0",
                "rejected drop",
                "completion fish",
                "serve-tool f",
                "describe --wait long"
            })
    void wrongUsageIsExitCodeTwoWithAHintAndWithoutAStackTrace(String words) {
        Run run = run(words);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--help").doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void whatIsMistypedIsNamedWithWhatMayHaveBeenMeant() {
        assertThat(run("descrbe").err()).startsWith("There is no command 'descrbe'. Did you mean describe");
        assertThat(run("ask --timeuot 5s why").err()).contains("--timeuot").contains("Did you mean --timeout");
    }

    @Test
    void askWithoutAQuestionAnywhereIsWrongUsage() {
        assertThat(run("ask").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run("ask").err()).contains("There is no question");
    }

    @Test
    void opsChatChecksItsArgumentsBeforeAnythingIsStarted() {
        assertThat(run("chat --check --json why").out()).isEqualTo("why\n");
        assertThat(run("chat --check").err()).contains("There is no question").contains("Try 'ops/chat --help'");
        assertThat(run("chat --check --nonsense why").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void opsChatTakesTheQuestionFromStandardInput() {
        assertThat(Run.of(Map.of(), "why\nso?\n", "chat", "--check").out()).isEqualTo("why\nso?\n");
    }

    @Test
    void opsChatInATerminalNeedsNoQuestion() {
        Run run = run("chat --check --prompt");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void opsChatHasHelpUnderItsOwnName() {
        assertThat(run("chat --help").out())
                .startsWith("Usage: ops/chat [OPTIONS] [QUESTION...]")
                .contains("--model");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ask",
                "repl",
                "cancel",
                "tail",
                "describe",
                "dead-letters",
                "dead-letters list",
                "dead-letters replay",
                "rejected show",
                "rejected drop",
                "serve-tool",
                "completion"
            })
    void everyCommandHasHelp(String command) {
        Run run = run((command + " --help").strip());

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).startsWith(("Usage: ops/ctl " + command).strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ask why", "cancel r1", "tail", "describe", "dead-letters list", "dead-letters replay"})
    void aBrokerThatIsNotThereIsToldInASentenceWithTheNextStep(String words) {
        Run run = Run.of(Map.of("RABBITMQ_URI", "amqp://localhost:1"), "", words.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("No broker at localhost:1").contains("RABBITMQ_URI");
        assertThat(run.err()).doesNotContain("\tat ");
    }

    private static Run run(String words) {
        return Run.of(Map.of(), "", words.isEmpty() ? new String[0] : words.split(" ", -1));
    }
}
