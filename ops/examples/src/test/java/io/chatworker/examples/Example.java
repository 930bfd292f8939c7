package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An example that has what it needs; run by the commands of its section in {@code ops/examples/README.md}. */
final class Example {

    private static final Page PAGE = new Page(Path.of("README.md"));
    private static final Duration TESTS = Duration.ofMinutes(4);
    private static final Duration PROGRAM = Duration.ofMinutes(1);

    private final Map<String, String> environment;
    private final Path folder;
    private final String ask;
    private final String test;
    private final List<String> more;

    /** Skips the test where the machine lacks something. */
    Example(String name, String runtime, String probe, Map<String, String> environment) {
        List<String> blocks = PAGE.code(name, "sh");
        assertThat(blocks)
                .as("fetch, ask, test; then a tool, or a service and a question to it")
                .hasSizeBetween(3, 5);
        this.environment = environment;
        folder = Tree.copy(name);
        ask = blocks.get(1);
        test = blocks.get(2);
        more = blocks.subList(3, blocks.size());
        Prerequisites.assumeRuntime(commands(), runtime, probe);
        Prerequisites.fetch(commands(), blocks.getFirst());
    }

    Commands.Ran runTests() {
        return commands().run(test, TESTS);
    }

    /** Asks the page's question to the end. */
    Commands.Ran ask() {
        return commands().run(ask, PROGRAM);
    }

    /** Asks it at another of the places that the environment names. */
    Commands.Ran askAt(String variable) {
        return at(variable).run(ask, PROGRAM);
    }

    boolean offersTools() {
        return more.size() == 1;
    }

    /** Offers its tool and asks with it, where a model calls it. */
    Commands.Ran askWithTool() {
        return at("RABBITMQ_URI_TOOLS").run(more.getFirst(), PROGRAM);
    }

    boolean isAService() {
        return more.size() == 2;
    }

    /** Runs its service, asks it, and presses Ctrl-C in the service; what the question printed. */
    Commands.Ran askService() {
        try (Commands.Running service = at("RABBITMQ_URI_TOOLS").start(more.getFirst())) {
            service.awaitOutput("started", PROGRAM);
            Commands.Ran asked = at("RABBITMQ_URI_TOOLS").run(more.getLast(), PROGRAM);
            service.interrupt();
            Commands.Ran ended = service.end(PROGRAM);
            assertThat(ended.exit()).as(ended.all()).isZero();
            return asked;
        }
    }

    /** Asks it and presses Ctrl-C when the first words are there. */
    Commands.Ran askAndInterrupt() {
        try (Commands.Running running = commands().start(ask)) {
            running.awaitOutput(PROGRAM);
            running.interrupt();
            return running.end(PROGRAM);
        }
    }

    private Commands at(String variable) {
        Map<String, String> elsewhere = new HashMap<>(environment);
        elsewhere.put("RABBITMQ_URI", environment.get(variable));
        return new Commands(folder, elsewhere);
    }

    private Commands commands() {
        return new Commands(folder, environment);
    }
}
