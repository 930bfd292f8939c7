package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chatworker.worker.testing.TestBroker;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Runs what pages show, in the checkout and beside the broker, the Ollama and the worker that all tests here use. */
final class PageRun {

    private static final Duration MOST = Duration.ofMinutes(3);
    private static final Duration LONG = Duration.ofMinutes(8);

    private final Workplace.Open workplace;
    private final Checkout checkout;
    private final Map<String, String> environment = new HashMap<>();

    PageRun(Workplace.Open workplace, Checkout checkout) throws IOException {
        this.workplace = workplace;
        this.checkout = checkout;
        environment.putAll(workplace.operatorsEnvironment());
        environment.putAll(Hosts.forCurl(checkout.state(), workplace.places()));
        workplace.brokersCommands().ifPresent(commands -> environment.putAll(first(commands)));
    }

    /** A command that only looks; {@code PID} is the worker. */
    void run(String command) {
        assumeBroker(command);
        run(command.replace("PID", "$WORKER_PID"), Map.of(), MOST);
    }

    /** A block of {@code sh}: it ends with exit code 0 and says what {@link BlockRules} knows. */
    void run(Block block) throws IOException {
        String script = PageScript.of(block.text(), BlockRules.says(block));
        if (block.page().equals("ops/examples/README.md")) {
            script = "cd ops/examples/" + block.heading() + "\n" + script;
        }
        if (block.text().contains("rabbitmqctl")) {
            assumeBroker(block.text());
            runOnItsOwnBroker(script);
        } else {
            String said = run(script, places(block), BlockRules.isLong(block) ? LONG : MOST);
            assertThat(said).contains(BlockRules.says(block));
        }
    }

    /** Where other services are than those of the operator. */
    private Map<String, String> places(Block block) throws IOException {
        if (block.text().contains("--tool")) {
            return Map.of("RABBITMQ_URI", workplace.environment().get("RABBITMQ_URI_TOOLS"));
        }
        if (block.text().contains("@broker:")) {
            assumeTrue(workplace.hosts().isPresent(), "nothing may listen on the usual ports of 127.77.0.1");
            return Hosts.forJava(checkout.state(), "broker", "ollama");
        }
        return Map.of();
    }

    /** It changes users, which are everybody's. */
    private void runOnItsOwnBroker(String script) {
        try (TestBroker broker = TestBroker.startPrivate()) {
            Map<String, String> more = new HashMap<>(Map.of("WORKER_PASSWORD", "secret"));
            broker.commands().ifPresent(commands -> more.putAll(first(commands)));
            run(script, more, MOST);
        }
    }

    private String run(String script, Map<String, String> more, Duration most) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        Commands.Ran ran = checkout.run(script, all, most);
        assertThat(ran.exit()).as(script + "\n" + ran.all()).isZero();
        return ran.all();
    }

    private void assumeBroker(String command) {
        assumeTrue(
                !command.contains("rabbitmq") || workplace.brokersCommands().isPresent(),
                "the test's broker is no process of this machine");
    }

    private static Map<String, String> first(Path commands) {
        return Map.of("PATH", commands + File.pathSeparator + System.getenv("PATH"));
    }
}
