package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of the README at the top and of the contract's, as they stand. */
class SnippetsTest {

    @RegisterExtension
    static final Workplace.Open workplace = new Workplace.Open();

    private static final Page README = new Page(Path.of("..", "..", "README.md"));
    private static final Page CONTRACT = new Page(Path.of("..", "..", "chat-contracts", "README.md"));
    private static final Duration MOST = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    @Test
    void pikaPrintsTheAnswerAndSaysWhereNobodyAnswers() {
        Path venv = Path.of("target", "venv").toAbsolutePath();
        Commands fetching = new Commands(folder, Map.of("VENV", venv.toString()));
        Prerequisites.assumeRuntime(fetching, "Python 3", "python3 -c 'import venv, ensurepip'");
        Prerequisites.fetch(fetching, "python3 -m venv \"$VENV\" && \"$VENV/bin/pip\" install --quiet pika==1.4.4");
        String snippet = README.code("From Python (pika)", "python").getFirst();
        String python = "exec '" + venv + "/bin/python' -c \"$SNIPPET\"";

        assertThat(at("RABBITMQ_URI", snippet).run(python, MOST)).isEqualTo(new Commands.Ran(0, Recorded.answer(), ""));

        for (String nobody : new String[] {"RABBITMQ_URI_NO_WORKER", "RABBITMQ_URI_NO_QUEUE"}) {
            Commands.Ran ran = at(nobody, snippet).run(python, MOST);
            assertThat(ran.exit()).isEqualTo(1);
            assertThat(ran.err()).contains("UnroutableError");
        }

        Commands.Ran failed =
                at("RABBITMQ_URI", snippet.replace("Why is the sky blue?", "")).run(python, MOST);
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.err()).contains("chat.failed").contains("invalid_request");
    }

    private Commands at(String variable, String snippet) {
        return new Commands(
                folder, Map.of("RABBITMQ_URI", workplace.environment().get(variable), "SNIPPET", snippet));
    }

    @Test
    void springPrintsTheAnswer() {
        assertThat(README.code("From Java (Spring Boot)", "xml").getFirst())
                .contains("<artifactId>chat-contracts</artifactId>", "<artifactId>amqp-client</artifactId>")
                .contains("<artifactId>jackson-databind</artifactId>");

        String snippet = README.code("From Java (Spring Boot)", "java").getFirst();
        assertThat(printed(JavaSnippet.ofClass(folder, "Ask", snippet), "RABBITMQ_URI"))
                .contains(Recorded.answer() + "\nUsage[");
    }

    @Test
    void aClientOfTheContractPrintsTheAnswer() {
        String snippet = CONTRACT.code("Ask from Java", "java").getFirst();

        assertThat(printed(JavaSnippet.ofStatements(folder, "Plain", snippet), "RABBITMQ_URI"))
                .contains(Recorded.answer() + "\nUsage[");
    }

    @Test
    void aToolOfTheContractIsCalled() {
        String snippet = CONTRACT.code("Offer a tool from Java", "java").getFirst();
        assertThat(README.code("A tool is any service on the broker", "java")).containsExactly(snippet);

        assertThat(printed(JavaSnippet.ofStatements(folder, "Tool", snippet), "RABBITMQ_URI_TOOLS"))
                .contains("It is 18 degrees.");
    }

    /** Runs it to its end. */
    private static String printed(JavaSnippet snippet, String place) {
        try (Commands.Running running = snippet.start(workplace.environment().get(place))) {
            Commands.Ran ran = running.end(MOST);
            assertThat(ran.exit()).as(ran.all()).isZero();
            return ran.out();
        }
    }
}
