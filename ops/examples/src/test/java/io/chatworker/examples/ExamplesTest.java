package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The clients in other languages, by the commands of their page, against a real worker. */
class ExamplesTest {

    @RegisterExtension
    static final Workplace.Open workplace = new Workplace.Open();

    @ParameterizedTest(name = "{0}")
    @CsvSource(quoteCharacter = '"', delimiter = '|', textBlock = """
            python     | Python 3.11 | python3 -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)'
            node       | Node.js 20  | npm --version && node -e 'process.exit(+(parseInt(process.versions.node) < 20))'
            go         | Go          | go version
            faststream | Python 3.11 | python3 -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)'
            """)
    void itsTestsPassAndItsProgramAnswers(String name, String runtime, String probe) {
        Example example = new Example(name, runtime, probe, workplace.environment());

        Commands.Ran tests = example.runTests();
        assertThat(tests.exit()).as(tests.all()).isZero();
        assertThat(tests.all()).as("every test ran").doesNotContain("skipped=", "# SKIP", "--- SKIP");

        assertThat(example.ask()).isEqualTo(new Commands.Ran(0, Recorded.answer() + "\n", ""));

        if (example.offersTools()) {
            assertThat(example.askWithTool())
                    .isEqualTo(new Commands.Ran(0, "(asked for Paris)\nIt is 18 degrees.\n", ""));
        }

        if (example.isAService()) {
            Commands.Ran asked = example.askService();
            assertThat(asked.exit()).as(asked.all()).isZero();
            assertThat(asked.out()).contains("It is 18 degrees.", "\"error\":null");
        }

        Commands.Ran notTaken = example.askAt("RABBITMQ_URI_NO_QUEUE");
        assertThat(notTaken.exit()).isEqualTo(1);
        assertThat(notTaken.out()).isEmpty();
        assertThat(notTaken.err()).containsIgnoringCase("no queue takes");

        Commands.Ran interrupted = example.askAndInterrupt();
        assertThat(interrupted.exit() == 130 || interrupted.err().contains("exit status 130"))
                .as("exit code 130, which go run tells in words: " + interrupted)
                .isTrue();
        assertThat(Recorded.answer()).startsWith(interrupted.out()).isNotEqualTo(interrupted.out());
    }
}
