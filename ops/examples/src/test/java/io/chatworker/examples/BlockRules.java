package io.chatworker.examples;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@link PagesTest} does not find in a page itself. A block of {@code sh} needs nothing here: it is run as it stands.
 */
final class BlockRules {

    /** Blocks that another test runs, which must name their heading; one that reads the whole page has none. */
    record Elsewhere(String page, String heading, String language, String test) {

        /** What the test's source must name. */
        String names() {
            return heading.isEmpty() ? page.substring(page.lastIndexOf('/') + 1) : heading;
        }

        private boolean has(Block block) {
            return page.equals(block.page())
                    && (heading.isEmpty() || heading.equals(block.heading()))
                    && language.equals(block.language());
        }
    }

    private static final String HERE = "ops/examples/src/test/java/io/chatworker/examples/";
    private static final String CONTRACTS = "chat-contracts/src/test/java/io/chatworker/contracts/ReadmeTest.java";

    private static final List<Elsewhere> ELSEWHERE = List.of(
            new Elsewhere(
                    "README.md", "Five minutes to an answer in your service", "json", HERE + "FirstRequestTest.java"),
            new Elsewhere("README.md", "From Java (Spring Boot)", "java", HERE + "SnippetsTest.java"),
            new Elsewhere("README.md", "From Python (pika)", "python", HERE + "SnippetsTest.java"),
            new Elsewhere("README.md", "A tool is any service on the broker", "java", HERE + "SnippetsTest.java"),
            new Elsewhere("chat-contracts/README.md", "Ask from Java", "java", HERE + "SnippetsTest.java"),
            new Elsewhere("chat-contracts/README.md", "Offer a tool from Java", "java", HERE + "SnippetsTest.java"),
            new Elsewhere("chat-contracts/README.md", "Publish", "json", CONTRACTS),
            new Elsewhere("chat-contracts/README.md", "How to consume", "java", CONTRACTS),
            new Elsewhere("ops/examples/README.md", "python", "sh", HERE + "ExamplesTest.java"),
            new Elsewhere("ops/examples/README.md", "node", "sh", HERE + "ExamplesTest.java"),
            new Elsewhere("ops/examples/README.md", "go", "sh", HERE + "ExamplesTest.java"),
            new Elsewhere("ops/examples/README.md", "faststream", "sh", HERE + "ExamplesTest.java"),
            new Elsewhere("ops/examples/README.md", "spring", "java", HERE + "SpringTest.java"),
            new Elsewhere("ops/examples/python/README.md", "", "python", "ops/examples/python/test_readme.py"));

    /** How a block begins that cannot run here, and why; its programs, options and paths are checked all the same. */
    private record NotHere(String begins, String reason) {}

    private static final List<NotHere> NOT_HERE = List.of(
            new NotHere("ops/test\n", "is what runs this test"),
            new NotHere("ops/bench ", "takes ten minutes a line, and a machine that does nothing else"),
            new NotHere("docker ", "needs a Docker engine, and what it builds and fetches takes long"),
            new NotHere("helm ", "needs a Kubernetes cluster"));

    /** What a block says when it works, beside ending with exit code 0. */
    private record Says(String begins, String words) {}

    private static final List<Says> SAYS = List.of(
            new Says("ops/chat ", Recorded.answer()),
            new Says("ops/ctl ask ", Recorded.answer()),
            new Says("echo '{}' >clock.json ", "Offering clock"),
            new Says("ops/worker ", "ms after the start of the process"),
            new Says("RABBITMQ_URI=", "ms after the start of the process"),
            new Says("curl -s localhost:8081/actuator/health", "\"status\":\"UP\""),
            new Says("mvn -q -pl ops/examples/web", "Started WebChatApplication"));

    private BlockRules() {}

    /** The test that runs it instead. */
    static Optional<Elsewhere> elsewhere(Block block) {
        return ELSEWHERE.stream().filter(each -> each.has(block)).findFirst();
    }

    /** Why it cannot run here. */
    static Optional<String> notHere(Block block) {
        return NOT_HERE.stream()
                .filter(each -> block.text().startsWith(each.begins()))
                .map(NotHere::reason)
                .findFirst();
    }

    /** Whether it takes long: it builds something, or starts a worker where another block has done that. */
    static boolean isLong(Block block) {
        return block.text().contains("mvn ") || block.text().contains("@broker:");
    }

    static String says(Block block) {
        return SAYS.stream()
                .filter(each -> block.text().startsWith(each.begins()))
                .map(Says::words)
                .findFirst()
                .orElse("");
    }

    /** Rules for blocks that no page has any more. */
    static List<String> unused(List<Block> blocks) {
        return Stream.of(
                        ELSEWHERE.stream()
                                .filter(each -> blocks.stream().noneMatch(each::has))
                                .map(Elsewhere::toString),
                        NOT_HERE.stream()
                                .map(NotHere::begins)
                                .filter(begins -> blocks.stream()
                                        .noneMatch(block -> block.text().startsWith(begins))),
                        SAYS.stream()
                                .map(Says::begins)
                                .filter(begins -> blocks.stream()
                                        .noneMatch(block -> block.text().startsWith(begins))))
                .flatMap(unused -> unused)
                .toList();
    }
}
