package io.chatworker.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ContextWindowReason;
import io.chatworker.contracts.Overflow;
import io.chatworker.worker.settings.Env;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Summaries by a model that counts its tokens in its own way and refuses what is too long. */
class SummaryDraftTest {

    private static final int MAX_CALLS = 3 * SummaryDraft.MAX_PIECES;

    /** How the model counts, and what fits. */
    private record Model(int context, double charsPerToken, boolean givesNumbers) {

        int tokens(Prompt prompt) {
            return (int) (ContextFit.length(prompt) / charsPerToken)
                    + 5 * prompt.messages().size();
        }

        boolean refuses(Prompt prompt) {
            return tokens(prompt) > context;
        }

        Integer told(int number) {
            return givesNumbers ? number : null;
        }
    }

    /** What came of it: the pieces as the model saw them, and the prompt to go on with; null where there was no summary. */
    private record Written(SummaryDraft draft, List<String> pieces, Prompt prompt) {}

    @Property(tries = 400)
    void whateverTheModelsCountEveryPieceFitsAndTheSummaryStandsForAllThatIsGone(
            @ForAll @From("conversations") List<ChatMessage> turns,
            @ForAll @IntRange(min = 300, max = 4000) int context,
            @ForAll @DoubleRange(min = 0.7, max = 6) double charsPerToken,
            @ForAll boolean givesNumbers) {
        Model model = new Model(context, charsPerToken, givesNumbers);
        Prompt tooLong = prompt(turns, 4096);

        Written written = write(tooLong, model, "100");

        if (written == null || written.prompt() == null) {
            return;
        }
        Prompt shorter = written.prompt();
        Set<ChatMessage> left = Collections.newSetFromMap(new IdentityHashMap<>());
        left.addAll(shorter.turns());
        List<ChatMessage> gone =
                turns.stream().filter(turn -> !left.contains(turn)).toList();
        assertThat(String.join("", written.pieces()))
                .isEqualTo(Transcript.of(inOrder(gone, shorter)).text());
        assertThat(shorter.turns().size()).isEqualTo(turns.size() + 1 - shorter.summarized() - shorter.dropped());
        assertThat(shorter.turns()).last().isEqualTo(turns.getLast());
        assertThat(shorter.summaries())
                .containsExactly(
                        ChatMessage.summary("summary " + written.pieces().size()));
        assertThat(shorter.turns().stream().filter(turn -> turn.role().equals("system") && !turn.holdsSummary()))
                .isEqualTo(turns.stream()
                        .filter(turn -> turn.role().equals("system") && !turn.holdsSummary())
                        .toList());
    }

    /** An earlier summary comes first; of the rounds those that were too many are dropped without being asked about. */
    private static List<ChatMessage> inOrder(List<ChatMessage> gone, Prompt shorter) {
        Stream<ChatMessage> earlier = gone.stream().filter(ChatMessage::holdsSummary);
        Stream<ChatMessage> rounds = gone.stream().filter(turn -> !turn.holdsSummary());
        return Stream.concat(earlier, rounds.skip(shorter.dropped())).toList();
    }

    @Test
    void whereTheNumbersAreRightEveryCallFitsAtOnceAndSoDoesTheResult() {
        Model model = new Model(2048, 4, true);
        List<ChatMessage> turns = rounds(60, 600);

        Written written = write(prompt(turns, 2048), model, "256");

        assertThat(written.pieces()).hasSizeBetween(4, SummaryDraft.MAX_PIECES);
        assertThat(model.refuses(written.prompt())).isFalse();
        assertThat(written.prompt().dropped()).isZero();
        // It will be a while until the next one.
        assertThat(model.tokens(written.prompt())).isLessThan(2048 * 3 / 4);
    }

    @Test
    void withoutNumbersHalfOfTheRoundsGoAndTheWindowBoundsThePieces() {
        Model model = new Model(1000, 4, false);

        Written written = write(prompt(rounds(10, 600), 1000), model, "100");

        assertThat(written.prompt().summarized()).isEqualTo(10);
        assertThat(written.pieces()).hasSizeGreaterThan(1);
    }

    @Test
    void anEarlierSummaryIsTakenInAndTheNewOneStandsInItsPlace() {
        ChatMessage system = ChatMessage.system("Be brief.");
        List<ChatMessage> turns = new ArrayList<>(List.of(system, ChatMessage.summary("The user is Ada.")));
        turns.addAll(rounds(14, 600));

        Written once = write(prompt(turns, 2000), new Model(2000, 4, true), "100");

        assertThat(String.join("", once.pieces()))
                .startsWith("Summary of what came before: The user is Ada.\n\nUser: ");
        assertThat(once.prompt().turns().get(0)).isEqualTo(system);
        assertThat(once.prompt().turns().get(1).holdsSummary()).isTrue();

        // It is too long once more: what is counted already is not counted again.
        Written twice = write(once.prompt(), new Model(500, 4, true), "50");
        assertThat(twice.prompt().turns().size())
                .isEqualTo(turns.size() + 1 - twice.prompt().summarized());
        assertThat(twice.prompt().summaries()).hasSize(1);
    }

    @Test
    void eachPieceComesWithWhatWasWrittenBefore() {
        SummaryDraft draft = begin(prompt(rounds(30, 600), 1000), new Model(1000, 4, true), "100");

        assertThat(asked(draft.question())).startsWith("<conversation>\nUser: 0 ");
        assertThat(draft.answered(" Ada asks.\n")).isTrue();
        assertThat(draft.isWhole()).isFalse();
        assertThat(asked(draft.question()))
                .startsWith("<summary>\nAda asks.\n</summary>\n\n<conversation>\n")
                .endsWith("\n</conversation>");
    }

    @Test
    void anEmptyAnswerIsOfNoUse() {
        SummaryDraft draft = begin(prompt(rounds(10, 600), 1000), new Model(1000, 4, true), "100");
        draft.question();

        assertThat(draft.answered(" \n ")).isFalse();
    }

    @Test
    void aModelThatRefusesEverythingIsNotAskedForEver() {
        SummaryDraft draft = begin(prompt(rounds(20, 600), 4096), new Model(1000, 4, false), "100");
        int calls = 1;
        draft.question();
        while (draft.shrink(null, null)) {
            draft.question();
            calls++;
        }

        assertThat(calls).isLessThan(8);
    }

    @Test
    void whatWouldTakeTooManyPiecesIsDroppedTheOldestFirst() {
        Written written = write(prompt(rounds(400, 600), 1000), new Model(1000, 4, true), "100");

        assertThat(written.prompt().dropped()).isPositive().isEven();
        assertThat(written.prompt().summarized()).isPositive();
        assertThat(written.pieces()).hasSizeLessThanOrEqualTo(2 * SummaryDraft.MAX_PIECES);
    }

    @Test
    void whereThereIsNoRoomForAPieceOrNothingToSummarizeThereIsNoDraft() {
        assertThat(begin(prompt(rounds(10, 600), 60), new Model(60, 4, true), "100"))
                .isNull();
        assertThat(begin(prompt(rounds(1, 600), 4096), new Model(100, 4, true), "100"))
                .isNull();
        assertThat(begin(
                        prompt(List.of(ChatMessage.summary("All."), ChatMessage.user("?")), 4096),
                        new Model(2, 4, true),
                        "100"))
                .isNull();
    }

    @Test
    void whereSummarizingFailsOnlyWhatHasToGoIsDropped() {
        Prompt tooLong = prompt(rounds(20, 600), 1000);
        Model model = new Model(2048, 4, true);

        SummaryDraft draft = begin(tooLong, model, "256");

        assertThat(draft.dropped())
                .isEqualTo(tooLong.shorter(model.tokens(tooLong), 2048).orElseThrow());
        assertThat(draft.dropped().summarized()).isZero();
        assertThat(draft.dropped().dropped()).isPositive();
    }

    @Test
    void aSummaryThatIsAllThatCanGoIsDroppedAndSaysForHowMuchItStood() {
        Prompt prompt = prompt(rounds(3, 100), 4096);
        Prompt summarized = prompt.withSummary("Ada.", prompt.turns().subList(0, 4));
        Prompt sent = prompt(List.of(ChatMessage.summary("Ada."), ChatMessage.user("?")), 4096);

        assertThat(summarized.summarized()).isEqualTo(4);
        Prompt last = summarized.shorter(null, null).orElseThrow();
        assertThat(last.turns())
                .containsExactly(prompt.turns().get(4), prompt.turns().get(5));
        assertThat(last.dropped()).isEqualTo(4);
        assertThat(last.summarized()).isZero();
        assertThat(sent.shorter(null, null).orElseThrow().dropped()).isEqualTo(1);
    }

    private static Written write(Prompt tooLong, Model model, String tokens) {
        SummaryDraft draft = begin(tooLong, model, tokens);
        if (draft == null) {
            return null;
        }
        List<String> pieces = new ArrayList<>();
        for (int calls = 0; !draft.isWhole(); calls++) {
            assertThat(calls).isLessThan(MAX_CALLS);
            Prompt question = draft.question();
            if (!model.refuses(question)) {
                pieces.add(piece(question));
                assertThat(draft.answered("summary " + pieces.size())).isTrue();
            } else if (!draft.shrink(model.told(model.tokens(question)), model.told(model.context()))) {
                return new Written(draft, pieces, null);
            }
        }
        return new Written(draft, pieces, draft.summarized());
    }

    private static SummaryDraft begin(Prompt tooLong, Model model, String tokens) {
        PromptSettings settings = PromptSettings.from(new Env(Map.of("CHAT_SUMMARY_TOKENS", tokens)));
        return new Summaries(settings, new Agents(null))
                .begin(tooLong, model.told(model.tokens(tooLong)), model.told(model.context()))
                .orElse(null);
    }

    private static String asked(Prompt question) {
        return question.turns().getLast().content();
    }

    private static String piece(Prompt question) {
        String asked = asked(question);
        String mark = "<conversation>\n";
        return asked.substring(asked.indexOf(mark) + mark.length(), asked.length() - "\n</conversation>".length());
    }

    private static List<ChatMessage> rounds(int count, int chars) {
        List<ChatMessage> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(ChatMessage.user(i + " word".repeat(chars / 5)));
            turns.add(ChatMessage.assistant(i + " said".repeat(chars / 5)));
        }
        // The last round is to be answered.
        return turns;
    }

    @Provide
    static Arbitrary<List<ChatMessage>> conversations() {
        Arbitrary<String> text = Combinators.combine(
                        Arbitraries.integers().between(0, 100_000),
                        Arbitraries.of(" words of a line", " 漢字と", "😀", "x"),
                        Arbitraries.integers().between(0, 150))
                .as((number, part, times) -> number + part.repeat(times));
        Arbitrary<ChatMessage> turn = Combinators.combine(
                        Arbitraries.frequencyOf(
                                Tuple.of(10, Arbitraries.of("user", "assistant")),
                                Tuple.of(1, Arbitraries.of("tool", "system", "summary"))),
                        text)
                .as((role, content) -> role.equals("summary")
                        ? ChatMessage.summary(content)
                        : new ChatMessage(role, content, null, null, null, null, null, null));
        return turn.list().ofMinSize(1).ofMaxSize(60).map(turns -> {
            List<ChatMessage> open = new ArrayList<>(turns);
            open.add(ChatMessage.user("the question"));
            return open;
        });
    }

    private static Prompt prompt(List<ChatMessage> turns, int window) {
        return new Prompt(
                "m",
                "general",
                null,
                turns,
                0,
                0,
                Map.of("num_ctx", window),
                new Prompt.Extras(false, null, null, null, null, null),
                new Prompt.Window(window, ContextWindowReason.DEFAULT),
                Overflow.SUMMARIZE);
    }
}
