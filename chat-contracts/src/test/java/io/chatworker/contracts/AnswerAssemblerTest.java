package io.chatworker.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerAssemblerTest {

    private final AnswerAssembler answer = new AnswerAssembler();

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(answer.outcome()).isEmpty();
        assertThat(answer.text()).isEmpty();
        assertThat(answer.restarts()).isZero();
        assertThat(answer.gap()).isFalse();
    }

    @Test
    void chunksAreAppendedOneByOne() {
        assertThat(answer.accept(started(1, "a"))).isEqualTo(new AnswerChange.Noted(false, started(1, "a")));
        assertThat(answer.accept(chunk(1, "a", 0, " The"))).isEqualTo(appended(false, chunk(1, "a", 0, " The")));
        assertThat(answer.accept(chunk(1, "a", 1, " sky"))).isEqualTo(appended(false, chunk(1, "a", 1, " sky")));
        assertThat(answer.text()).isEqualTo(" The sky");
    }

    @Test
    void theFirstEventOfAHigherAttemptTakesBackWhatWasShown() {
        answer.accept(chunk(1, "a", 0, " The"));

        assertThat(answer.accept(chunk(101, "b", 0, " A"))).isEqualTo(appended(true, chunk(101, "b", 0, " A")));
        assertThat(answer.accept(chunk(101, "b", 1, " sky"))).isEqualTo(appended(false, chunk(101, "b", 1, " sky")));
        assertThat(answer.text()).isEqualTo(" A sky");
        assertThat(answer.restarts()).isOne();
    }

    @Test
    void anOlderAttemptAnotherRunAndASequenceSeenBeforeAreIgnored() {
        answer.accept(chunk(2, "b", 0, " The"));

        assertThat(answer.accept(chunk(1, "a", 0, " old"))).isEqualTo(new AnswerChange.Ignored());
        assertThat(answer.accept(started(2, "c"))).isEqualTo(new AnswerChange.Ignored());
        assertThat(answer.accept(chunk(2, "c", 1, " other"))).isEqualTo(new AnswerChange.Ignored());
        assertThat(answer.accept(chunk(2, "b", 0, " The"))).isEqualTo(new AnswerChange.Ignored());
        assertThat(answer.text()).isEqualTo(" The");
    }

    @Test
    void behindAGapNothingIsAppendedEvenWhenTheMissingChunkComesLate() {
        answer.accept(chunk(1, "a", 0, " The"));

        assertThat(answer.accept(chunk(1, "a", 2, " is"))).isInstanceOf(AnswerChange.Noted.class);
        assertThat(answer.gap()).isTrue();
        assertThat(answer.accept(chunk(1, "a", 1, " sky"))).isEqualTo(new AnswerChange.Ignored());
        assertThat(answer.accept(chunk(1, "a", 3, " blue"))).isInstanceOf(AnswerChange.Noted.class);
        assertThat(answer.text()).isEqualTo(" The");
    }

    @Test
    void theTerminalEventBringsWhatTheGapLeftOut() {
        answer.accept(chunk(1, "a", 0, " The"));
        answer.accept(chunk(1, "a", 2, " is"));
        Cancelled cancelled = cancelled(1, "a", ChatMessage.assistant(" The sky is"));

        assertThat(answer.accept(cancelled))
                .isEqualTo(new AnswerChange.Settled(false, new AnswerPiece(" sky is", "", List.of()), cancelled));
        assertThat(answer.text()).isEqualTo(" The sky is");
        assertThat(answer.gap()).isFalse();
    }

    @Test
    void aTerminalEventOfAnotherRunTakesBackWhatWasShownOfThis() {
        answer.accept(chunk(1, "a", 0, " The"));
        Cancelled cancelled = cancelled(1, "b", ChatMessage.assistant(" A sky"));

        assertThat(answer.accept(cancelled))
                .isEqualTo(new AnswerChange.Settled(true, new AnswerPiece(" A sky", "", List.of()), cancelled));
        assertThat(answer.text()).isEqualTo(" A sky");
    }

    @Test
    void aTerminalEventWithoutTextLeavesWhatItsOwnRunSaid() {
        answer.accept(chunk(1, "a", 0, " The"));
        Cancelled cancelled = cancelled(1, "a", null);

        assertThat(answer.accept(cancelled))
                .isEqualTo(new AnswerChange.Settled(false, new AnswerPiece("", "", List.of()), cancelled));
        assertThat(answer.text()).isEqualTo(" The");
    }

    @Test
    void aTerminalEventWithoutTextLeavesNothingOfAnotherAttempt() {
        answer.accept(chunk(1, "a", 0, " The"));

        assertThat(answer.accept(cancelled(2, "b", null)).restart()).isTrue();
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void afterTheSettlementEverythingIsIgnored() {
        answer.accept(cancelled(1, "a", null));

        assertThat(answer.accept(started(101, "b"))).isEqualTo(new AnswerChange.Ignored());
        assertThat(answer.accept(chunk(101, "b", 0, " The"))).isEqualTo(new AnswerChange.Ignored());
        assertThat(answer.accept(cancelled(101, "b", ChatMessage.assistant(" The"))))
                .isEqualTo(new AnswerChange.Ignored());
        assertThat(answer.outcome()).contains(cancelled(1, "a", null));
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void toolCallsShownAlreadyAreNotGivenAgain() {
        List<Map<String, Object>> first = List.of(Map.of("function", Map.of("name", "get_weather")));
        List<Map<String, Object>> both = List.of(first.getFirst(), Map.of("function", Map.of("name", "now")));
        answer.accept(new Chunk("r17", "c42", 1, "a", 0, null, "Hm", first, null));
        ChatMessage partial = new ChatMessage(ChatMessage.ASSISTANT, "", "Hmm", null, both, null, null, null);

        AnswerChange.Settled settled = (AnswerChange.Settled) answer.accept(cancelled(1, "a", partial));

        assertThat(settled.restart()).isFalse();
        assertThat(settled.piece()).isEqualTo(new AnswerPiece("", "m", both.subList(1, 2)));
        assertThat(answer.toolCalls()).isEqualTo(both);
    }

    private static AnswerChange appended(boolean restart, Chunk chunk) {
        return new AnswerChange.Appended(restart, new AnswerPiece(chunk.content(), "", List.of()), chunk);
    }

    private static Started started(int attempt, String run) {
        return new Started(
                1, "r17", "c42", attempt, run, "qwen2.5:3b-instruct", "general", 37L, "worker-1", null, null);
    }

    private static Chunk chunk(int attempt, String run, int sequence, String content) {
        return new Chunk("r17", "c42", attempt, run, sequence, content, null, null, null);
    }

    private static Cancelled cancelled(int attempt, String run, @Nullable ChatMessage partial) {
        return new Cancelled(1, "r17", "c42", attempt, run, CancelReason.CANCELLED, null, partial, 1, null, null, null);
    }
}
