package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
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

    private static final List<Page> PAGES = Page.all();
    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>.*?</dependency>", Pattern.DOTALL);

    private static PageRun commands;

    @BeforeAll
    static void setUp() throws IOException {
        commands = new PageRun(workplace, checkout.get());
    }

    @TestFactory
    Stream<DynamicTest> everyBlockRunsAsItStands() {
        return blocks().filter(block -> !BlockRules.isLong(block)).map(PagesTest::test);
    }

    /** One after the other: what one builds, a later one needs. */
    @TestFactory
    @Tag("faults")
    @Execution(ExecutionMode.SAME_THREAD)
    Stream<DynamicTest> everyLongBlockRunsAsItStands() {
        checkout.get().fillRepository();
        return blocks().filter(BlockRules::isLong).map(PagesTest::test);
    }

    @TestFactory
    Stream<DynamicTest> everyCommandInTheTextThatOnlyLooksRunsAsItStands() {
        return PAGES.stream()
                .flatMap(page -> page.code().stream())
                .map(Words::text)
                .filter(text -> text.matches("(curl -s|rabbitmqctl list_|rabbitmq-diagnostics|jcmd PID) ?\\S.*"))
                .distinct()
                .map(text -> dynamicTest(text, () -> commands.run(text)));
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

    private static DynamicTest test(Block block) {
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

    private static void runOrCheck(Block block) throws Exception {
        if (BlockRules.notHere(block).isPresent()) {
            assertThat(checkout.get().known().problems(block.text()))
                    .as(block.place() + " does not run, as it "
                            + BlockRules.notHere(block).get())
                    .isEmpty();
        } else {
            commands.run(block);
        }
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
