package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A class of a page, compiled as it stands, with what the page says to depend on. */
final class JavaSnippet {

    /** What an editor adds. */
    private static final String IMPORTS = """
            package demo;

            import io.chatworker.client.Answer;
            import io.chatworker.client.ChatClient;
            import io.chatworker.client.ChatTools;
            import io.chatworker.client.ToolOffer;
            import io.chatworker.contracts.AnswerChange;
            import io.chatworker.contracts.ChatRequest;
            import java.util.List;
            import java.util.Map;
            import org.springframework.boot.CommandLineRunner;
            import org.springframework.boot.SpringApplication;
            import org.springframework.boot.autoconfigure.SpringBootApplication;
            import org.springframework.context.annotation.Bean;
            import org.springframework.stereotype.Component;

            """;

    private final Path folder;
    private final String name;
    private final String libraries;

    private JavaSnippet(Path folder, String name) {
        this.folder = folder;
        this.name = name;
        this.libraries = Stream.of(System.getProperty("surefire.real.class.path", System.getProperty("java.class.path"))
                        .split(File.pathSeparator))
                .filter(entry -> !entry.matches(".*/(spring-rabbit|spring-amqp|spring-boot-amqp)[^/]*"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    static JavaSnippet ofClass(Path folder, String name, String code) {
        JavaSnippet snippet = new JavaSnippet(folder, name);
        snippet.compile(IMPORTS + code);
        return snippet;
    }

    /** Statements without a class around them. */
    static JavaSnippet ofStatements(Path folder, String name, String code) {
        return ofClass(
                folder, name, "class " + name + " { public static void main(String[] arguments) {" + code + "}}");
    }

    private void compile(String code) {
        try {
            Path source = Files.writeString(folder.resolve(name + ".java"), code);
            int compiled = ToolProvider.getSystemJavaCompiler()
                    .run(null, null, null, "-proc:none", "-cp", libraries, "-d", folder.toString(), source.toString());
            assertThat(compiled).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it, with the broker at this address. */
    Commands.Running start(String uri) {
        Map<String, String> environment = Map.of(
                "RABBITMQ_URI",
                uri,
                "CLASSPATH",
                folder + File.pathSeparator + libraries,
                "JAVA",
                Path.of(System.getProperty("java.home"), "bin", "java").toString());
        return new Commands(folder, environment).start("exec \"$JAVA\" -Xmx128m -XX:TieredStopAtLevel=1 demo." + name);
    }
}
