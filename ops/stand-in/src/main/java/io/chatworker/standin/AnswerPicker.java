package io.chatworker.standin;

import static java.util.Comparator.comparingLong;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Chooses the recorded answer that knows most words of a question; none where all know but half of them. */
final class AnswerPicker {

    // Shorter words say nothing about the subject of a text.
    private static final Pattern WORD = Pattern.compile("\\p{L}{3,}");

    // Neither do these words of the recorded texts.
    private static final Set<String> COMMON = allWords("""
            about again all and another are before does everything explain from happen how
            made most out please take tell that the this through what when why work you""");

    private final List<Candidate> candidates = Stream.of("plain", "plain-consumer", "plain-queue")
            .map(Exchanges::byName)
            .map(Candidate::of)
            .toList();

    Optional<Exchange> pick(String prompt) {
        var asked = words(prompt);
        return candidates.stream()
                .filter(candidate -> candidate.inCommon(asked) * 2 > asked.size())
                // Of two that match equally well, the shorter one is more to the point.
                .max(comparingLong((Candidate candidate) -> candidate.inCommon(asked))
                        .thenComparingInt(candidate -> -candidate.words.size()))
                .map(Candidate::exchange);
    }

    private static Set<String> words(String text) {
        return allWords(text).stream().filter(word -> !COMMON.contains(word)).collect(Collectors.toSet());
    }

    private static Set<String> allWords(String text) {
        return WORD.matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .map(word -> singular(word.group()))
                .collect(Collectors.toSet());
    }

    private static String singular(String word) {
        return word.length() > 3 && word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }

    private record Candidate(Exchange exchange, Set<String> words) {

        static Candidate of(Exchange exchange) {
            var question = ChatCall.read(exchange.request().body()).prompt();
            var answer = new StringBuilder();
            for (var line : exchange.response().lines()) {
                answer.append(Json.parse(line.text()).at("/message/content").asString(""));
            }
            return new Candidate(exchange, AnswerPicker.words(question + " " + answer));
        }

        long inCommon(Set<String> asked) {
            return words.stream().filter(asked::contains).count();
        }
    }
}
