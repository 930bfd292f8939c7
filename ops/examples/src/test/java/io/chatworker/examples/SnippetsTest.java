package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
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
    void pikaPrintsTheAnswerAndSaysWhereNobodyAnswers() throws IOException {
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
    void springPrintsTheAnswer() throws IOException {
        assertThat(README.code("From Java (Spring Boot)", "xml").getFirst())
                .contains("<artifactId>chat-contracts</artifactId>", "<artifactId>amqp-client</artifactId>")
                .contains("<artifactId>jackson-databind</artifactId>");

        assertThat(run("Ask", README.code("From Java (Spring Boot)", "java").getFirst(), "RABBITMQ_URI"))
                .contains(Recorded.answer() + "\nUsage[");
    }

    @Test
    void aClientOfTheContractPrintsTheAnswer() throws IOException {
        String snippet = CONTRACT.code("Ask from Java", "java").getFirst();

        assertThat(run("Plain", main("Plain", snippet), "RABBITMQ_URI")).contains(Recorded.answer() + "\nUsage[");
    }

    @Test
    void aToolOfTheContractIsCalled() throws IOException {
        String snippet = CONTRACT.code("Offer a tool from Java", "java").getFirst();
        assertThat(README.code("A tool is any service on the broker", "java")).containsExactly(snippet);

        assertThat(run("Tool", main("Tool", snippet), "RABBITMQ_URI_TOOLS")).contains("It is 18 degrees.");
    }

    private static String main(String name, String snippet) {
        return "class " + name + " { public static void main(String[] arguments) {" + snippet + "}}";
    }

    /** Compiles a class and runs it to its end, with what the page tells to depend on; what it printed. */
    private String run(String name, String code, String place) throws IOException {
        Path source = Files.writeString(folder.resolve(name + ".java"), IMPORTS + code);
        String libraries = Stream.of(
                        System.getProperty("surefire.real.class.path", System.getProperty("java.class.path"))
                                .split(File.pathSeparator))
                .filter(entry -> !entry.matches(".*/(spring-rabbit|spring-amqp|spring-boot-amqp)[^/]*"))
                .collect(Collectors.joining(File.pathSeparator));
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", libraries, "-d", folder.toString(), source.toString());
        assertThat(compiled).isZero();

        Map<String, String> environment = Map.of(
                "RABBITMQ_URI", workplace.environment().get(place),
                "CLASSPATH", folder + File.pathSeparator + libraries,
                "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Commands.Ran ran = new Commands(folder, environment)
                .run("exec \"$JAVA\" -Xmx128m -XX:TieredStopAtLevel=1 demo." + name, MOST);
        assertThat(ran.exit()).as(ran.all()).isZero();
        return ran.out();
    }

    /** What an editor adds. */
    private static final String IMPORTS = """
            package demo;

            import io.chatworker.client.Answer;
            import io.chatworker.client.ChatClient;
            import io.chatworker.client.ChatTools;
            import io.chatworker.contracts.AnswerChange;
            import io.chatworker.contracts.ChatRequest;
            import java.util.List;
            import java.util.Map;
            import org.springframework.boot.CommandLineRunner;
            import org.springframework.boot.SpringApplication;
            import org.springframework.boot.autoconfigure.SpringBootApplication;
            import org.springframework.context.annotation.Bean;

            """;
}
