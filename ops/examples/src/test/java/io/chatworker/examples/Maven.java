package io.chatworker.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The modules of the build and their tests. */
final class Maven {

    private Maven() {}

    /** What is wrong with the words behind {@code mvn}. */
    static Stream<String> problems(List<String> words) {
        Path module = Page.TOP;
        int at = words.indexOf("-pl");
        if (at >= 0) {
            module = Page.TOP.resolve(words.get(at + 1));
            if (!Files.exists(module.resolve("pom.xml"))
                    && !KnownCommands.PLACEHOLDER.matcher(words.get(at + 1)).matches()) {
                return Stream.of("there is no module " + words.get(at + 1));
            }
        }
        Path tests = module;
        return words.stream()
                .filter(word -> word.startsWith("-Dtest="))
                .map(word -> word.substring("-Dtest=".length()))
                .filter(Predicate.not(KnownCommands.PLACEHOLDER.asMatchPredicate()))
                .filter(name -> Tree.files(tests).stream().noneMatch(file -> file.endsWith(name + ".java")))
                .map(name -> "there is no test " + name + " in " + Page.TOP.relativize(tests));
    }
}
