package io.chatworker.examples;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What can be known of a command without running it: that its program and subcommand exist, with these options, modules,
 * services and files. Options are those that the program's own help has.
 */
final class KnownCommands {

    /** A place for something of the reader's. */
    static final Pattern PLACEHOLDER = Pattern.compile("[A-Z_]{2,}|.*….*|<.*>");

    /** Newer brokers have them; the page says from when on. */
    private static final Set<String> NEWER = Set.of("hash_password");

    private static final Set<String> OTHERS = Set.of(
            "cat", "cp", "curl", "echo", "export", "gh", "git", "grep", "java", "jcmd", "kill", "node", "npm", "ollama",
            "sed", "source", "strace", "perf");
    private static final List<String> BROKERS =
            List.of("rabbitmqctl", "rabbitmq-diagnostics", "rabbitmq-plugins", "rabbitmq-queues");

    private final ProgramHelp help;
    private final CtlParser ctl = new CtlParser();
    private final Chart chart;
    private final Compose compose = new Compose();

    KnownCommands(Checkout checkout) {
        help = new ProgramHelp(checkout);
        chart = new Chart(checkout);
    }

    /** Whether these words are a command, or part of one, by the first. */
    boolean begins(List<String> words) {
        String program = words.getFirst();
        return program.startsWith("ops/")
                || program.startsWith("--")
                || (words.size() > 1 && ctl.isCommand(program))
                || OTHERS.contains(program)
                || BROKERS.contains(program)
                || Set.of("docker", "helm", "kubectl", "mvn").contains(program);
    }

    /** What is wrong with the commands of a text. */
    List<String> problems(String text) {
        List<List<String>> commands = RecordingShell.commands(List.of(text)).get(text);
        if (commands.isEmpty()) {
            return List.of("'" + text + "' is nothing that a shell understands");
        }
        return commands.stream().flatMap(this::problems).toList();
    }

    /** What is wrong with one command. */
    Stream<String> problems(List<String> all) {
        List<String> words = all.stream().filter(word -> !word.isEmpty()).toList();
        String program = words.getFirst();
        List<String> rest = words.subList(1, words.size());
        if (program.startsWith("ops/")) {
            return script(program, rest);
        }
        if (program.startsWith("--")) {
            return help.unknownOptions(allPrograms(), List.of(program));
        }
        if (ctl.isCommand(program)) {
            return ctl(words);
        }
        return switch (program) {
            case "mvn" -> Maven.problems(rest);
            case "docker" -> rest.contains("compose") ? compose.problems(rest) : Stream.of();
            case "helm" -> chart.problems(rest);
            case "kubectl" -> help.unknownOptions(List.of("kubectl options; :", "kubectl " + subcommands(rest)), rest);
            default ->
                begins(words)
                        ? BROKERS.contains(program) ? broker(program, rest) : Stream.of()
                        : Stream.of("nobody here knows the program " + program
                                + ": add to KnownCommands what can be checked of it");
        };
    }

    private Stream<String> script(String script, List<String> rest) {
        if (PLACEHOLDER.matcher(script).matches()) {
            return Stream.of();
        }
        if (!Files.isExecutable(Page.TOP.resolve(script))) {
            return Stream.of("there is no program " + script);
        }
        return switch (script) {
            case "ops/ctl" -> ctl(rest);
            case "ops/test" ->
                Stream.concat(
                        help.unknownOptions(
                                List.of(script),
                                rest.stream().filter("--faults"::equals).toList()),
                        Maven.problems(rest));
            case "ops/release-check" ->
                Stream.concat(
                        help.unknownOptions(List.of(script), rest),
                        rest.stream()
                                .filter(Predicate.not(PLACEHOLDER.asMatchPredicate()))
                                .filter(part -> !help.of(script).contains("[" + part + "]"))
                                .map(part -> script + " has no part " + part));
            default -> help.unknownOptions(List.of(script), rest);
        };
    }

    private Stream<String> ctl(List<String> words) {
        if (!words.isEmpty() && PLACEHOLDER.matcher(words.getFirst()).matches()) {
            return Stream.of();
        }
        return ctl.problem(words).map(problem -> "ops/ctl says: " + problem).stream();
    }

    private Stream<String> broker(String program, List<String> words) {
        return words.stream()
                .limit(1)
                .filter(command -> !NEWER.contains(command))
                .filter(command -> !help.of(program).matches("(?s).*(command not found|\\b" + command + "\\b).*"))
                .map(command -> program + " has no command " + command);
    }

    /** The first words, without options and what belongs to them. */
    private static String subcommands(List<String> words) {
        List<String> own = new ArrayList<>(words);
        while (own.size() > 1 && own.getFirst().startsWith("-")) {
            own.subList(0, 2).clear();
        }
        int depth = !own.getFirst().equals("create") ? 1 : own.get(1).equals("secret") ? 3 : 2;
        return String.join(" ", own.subList(0, depth));
    }

    private List<String> allPrograms() {
        return Stream.concat(RecordingShell.scripts().stream(), Stream.of("ops/ctl completion bash; :"))
                .toList();
    }
}
