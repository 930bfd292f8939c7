package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Waits;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of the README at the top, as they stand. */
class SnippetsTest {

    @RegisterExtension
    static final Workplace.Open workplace = new Workplace.Open();

    private static final Page README = new Page(Path.of("..", "..", "README.md"));
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
    void springPrintsEveryEvent() throws IOException {
        assertThat(README.code("From Java (Spring Boot)", "xml").getFirst())
                .as("the one dependency, which this module has too")
                .contains("<artifactId>spring-boot-starter-amqp</artifactId>")
                .containsOnlyOnce("<dependency>");
        String snippet = README.code("From Java (Spring Boot)", "java").getFirst();
        Path source = Files.writeString(folder.resolve("Ask.java"), IMPORTS + snippet);
        // Jackson comes with other dependencies of this module, not with the snippet's.
        String libraries = Stream.of(
                        System.getProperty("surefire.real.class.path", System.getProperty("java.class.path"))
                                .split(File.pathSeparator))
                .filter(jar -> !jar.contains("jackson") && !jar.contains("chat-worker"))
                .collect(Collectors.joining(File.pathSeparator));
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", libraries, "-d", folder.toString(), source.toString());
        assertThat(compiled).isZero();

        Map<String, String> environment = new HashMap<>();
        environment.put("SPRING_RABBITMQ_ADDRESSES", workplace.environment().get("RABBITMQ_URI"));
        environment.put("CLASSPATH", folder + File.pathSeparator + libraries);
        environment.put(
                "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        try (Commands.Running running =
                new Commands(folder, environment).start("exec \"$JAVA\" -Xmx128m -XX:TieredStopAtLevel=1 demo.Ask")) {
            Waits.until(
                    MOST,
                    () -> "a completed event from the snippet: " + running.output(),
                    () -> running.output().contains("chat.completed {")
                            || !running.process().isAlive());
            assertThat(running.output()).contains("chat.started {", "chat.chunk {", "chat.completed {");
        }
    }

    /** What an editor adds. */
    private static final String IMPORTS = """
            package demo;

            import static java.nio.charset.StandardCharsets.UTF_8;

            import java.util.UUID;
            import org.springframework.amqp.core.Message;
            import org.springframework.amqp.core.Queue;
            import org.springframework.amqp.rabbit.annotation.RabbitListener;
            import org.springframework.amqp.rabbit.core.RabbitTemplate;
            import org.springframework.boot.CommandLineRunner;
            import org.springframework.boot.SpringApplication;
            import org.springframework.boot.autoconfigure.SpringBootApplication;
            import org.springframework.context.annotation.Bean;

            """;
}
