package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.chatworker.worker.testing.TestBroker;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every code block of every page runs as it stands, in a built checkout beside a broker, an Ollama and a worker. */
class PagesTest {

    @RegisterExtension
    static final Workplace.Open workplace = new Workplace.Open();

    @RegisterExtension
    static final Checkout.Open checkout = new Checkout.Open();

    private static final Map<String, String> environment = new HashMap<>();
    private static final List<Page> PAGES = Page.all();
    private static final Duration MOST = Duration.ofMinutes(3);
    private static final Duration BUILD = Duration.ofMinutes(8);
    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL);

    @BeforeAll
    static void setUp() throws IOException {
        environment.putAll(workplace.operatorsEnvironment());
        environment.putAll(Hosts.forCurl(checkout.get().state(), workplace.places()));
        workplace.brokersCommands().ifPresent(commands -> environment.putAll(putFirst(commands)));
    }

    private static Map<String, String> putFirst(Path commands) {
        return Map.of("PATH", commands + File.pathSeparator + System.getenv("PATH"));
    }

    @TestFactory
    Stream<DynamicTest> everyBlockRunsAsItStands() {
        return blocks().filter(block -> !BlockRules.isLong(block)).map(this::test);
    }

    /** One after the other: what one builds, a later one needs. */
    @TestFactory
    @Tag("faults")
    @Execution(ExecutionMode.SAME_THREAD)
    Stream<DynamicTest> everyLongBlockRunsAsItStands() {
        checkout.get().fillRepository();
        return blocks().filter(BlockRules::isLong).map(this::test);
    }

    @TestFactory
    Stream<DynamicTest> everyCommandInTheTextThatOnlyLooksRunsAsItStands() {
        return PAGES.stream()
                .flatMap(page -> page.code().stream())
                .map(Words::text)
                .filter(text -> text.matches("(curl -s|rabbitmqctl list_|rabbitmq-diagnostics|jcmd PID) ?\\S.*"))
                .distinct()
                .map(text -> dynamicTest(text, () -> {
                    assumeBroker(text);
                    runs(text.replace("PID", "$WORKER_PID"), Map.of(), MOST);
                }));
    }

    @Test
    void noRuleIsForABlockThatIsGone() {
        assertThat(BlockRules.unused(blocks().toList())).isEmpty();
    }

    @Test
    void aBlockThatNobodyRunsFailsAndSaysWhatToDo() {
        Block block = new Block("README.md", 7, "New", "yaml", "a: 1\n");

        assertThatThrownBy(() -> test(block).getExecutable().execute())
                .hasMessageContaining("README.md:7: nobody runs this block")
                .hasMessageContaining("BlockRules.ELSEWHERE");
    }

    private static Stream<Block> blocks() {
        return PAGES.stream().flatMap(page -> page.blocks().stream());
    }

    private DynamicTest test(Block block) {
        return dynamicTest(block.place() + " " + block.language(), () -> {
            if (BlockRules.elsewhere(block).isPresent()) {
                isTestedElsewhere(block, BlockRules.elsewhere(block).get());
            } else {
                switch (block.language()) {
                    case "sh" -> runOrCheck(block);
                    case "xml" -> areDependenciesOfTheExample(block);
                    case "mermaid" ->
                        assertThat(block.text()).matches("(?s)(flowchart|stateDiagram-v2|sequenceDiagram)\\b.*");
                    default ->
                        fail(block.place() + ": nobody runs this block. Give its fence a language: sh runs here as it"
                                + " stands. Any other needs a test that runs it (SnippetsTest shows how) and its line"
                                + " in BlockRules.ELSEWHERE.");
                }
            }
        });
    }

    private static void isTestedElsewhere(Block block, BlockRules.Elsewhere by) throws IOException {
        assertThat(Files.readString(Page.TOP.resolve(by.test())))
                .as(block.place() + " is said to be run by " + by.test())
                .containsPattern("\\b" + Pattern.quote(by.names()));
    }

    private void runOrCheck(Block block) throws Exception {
        if (BlockRules.notHere(block).isPresent()) {
            assertThat(checkout.get().known().problems(block.text()))
                    .as(block.place() + " does not run, as it "
                            + BlockRules.notHere(block).get())
                    .isEmpty();
        } else {
            run(block);
        }
    }

    private void run(Block block) throws Exception {
        Map<String, String> more = new HashMap<>();
        String script = PageScript.of(block.text(), BlockRules.says(block));
        if (block.text().contains("--tool")) {
            more.put("RABBITMQ_URI", workplace.environment().get("RABBITMQ_URI_TOOLS"));
        }
        if (block.text().contains("@broker:")) {
            assumeTrue(workplace.hosts().isPresent(), "nothing may listen on the usual ports of 127.77.0.1");
            more.putAll(Hosts.forJava(checkout.get().state(), "broker", "ollama"));
        }
        if (block.page().equals("ops/examples/README.md")) {
            script = "cd ops/examples/" + block.heading() + "\n" + script;
        }
        if (block.text().contains("rabbitmqctl")) {
            // It changes users: not for the broker that everybody here uses.
            assumeBroker(block.text());
            try (TestBroker broker = TestBroker.startPrivate()) {
                broker.commands().ifPresent(commands -> more.putAll(putFirst(commands)));
                more.put("WORKER_PASSWORD", "secret");
                runs(script, more, MOST);
            }
        } else {
            String out = runs(script, more, BlockRules.isLong(block) ? BUILD : MOST);
            assertThat(out).contains(BlockRules.says(block));
        }
    }

    private static String runs(String script, Map<String, String> more, Duration most) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        Commands.Ran ran = checkout.get().run(script, all, most);
        assertThat(ran.exit()).as(script + "\n" + ran.all()).isZero();
        return ran.all();
    }

    private static void assumeBroker(String command) {
        assumeTrue(
                !command.contains("rabbitmq") || workplace.brokersCommands().isPresent(),
                "the test's broker is no process of this machine");
    }

    /** The versions too, where the page gives them: a parent may do that instead. */
    private static void areDependenciesOfTheExample(Block block) throws IOException {
        String pom =
                Files.readString(Page.TOP.resolve("ops/examples/java/pom.xml")).replaceAll("\\s", "");
        List<String> dependencies = DEPENDENCY
                .matcher(block.text())
                .results()
                .map(found -> found.group().replaceAll("\\s|</dependency>", ""))
                .toList();
        assertThat(dependencies)
                .isNotEmpty()
                .allSatisfy(dependency -> assertThat(pom).contains(dependency));
    }
}
