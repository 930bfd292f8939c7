package io.chatworker.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.AnswerPiece;
import io.chatworker.contracts.Chunk;
import io.chatworker.contracts.Started;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnreadChangesTest {

    private final UnreadChanges unread = new UnreadChanges();

    private static AnswerChange piece(boolean restart, String content) {
        Chunk chunk = new Chunk("r", "c", 1, "x", 0, content, null, null, null);
        return new AnswerChange.Appended(restart, new AnswerPiece(content, "", List.of()), chunk);
    }

    private static AnswerChange note(boolean restart) {
        return new AnswerChange.Noted(restart, new Started(1, "r", "c", 1, "x", "m", "general", null, "w", null, null));
    }

    private List<AnswerChange> readAll() throws InterruptedException {
        List<AnswerChange> all = new ArrayList<>();
        for (AnswerChange next = unread.next(Duration.ZERO); next != null; next = unread.next(Duration.ZERO)) {
            all.add(next);
        }
        return all;
    }

    private String shown() throws InterruptedException {
        StringBuilder shown = new StringBuilder();
        for (AnswerChange change : readAll()) {
            if (change.restart()) {
                shown.setLength(0);
            }
            shown.append(change.piece().content());
        }
        return shown.toString();
    }

    @Test
    void beyondTheLimitPiecesAreJoinedAndNotesLeftOut() throws InterruptedException {
        for (int i = 0; i < UnreadChanges.LIMIT; i++) {
            unread.put(piece(false, "a"));
        }
        unread.put(note(false));
        unread.put(piece(false, "b"));
        unread.put(piece(false, "c"));

        List<AnswerChange> all = readAll();

        assertThat(all).hasSize(UnreadChanges.LIMIT);
        assertThat(all.getLast().piece().content()).isEqualTo("abc");
    }

    @Test
    void aPieceTakesThePlaceOfANoteAtTheEndAndKeepsItsRestart() throws InterruptedException {
        unread.put(piece(false, "old"));
        for (int i = 0; i < UnreadChanges.LIMIT - 2; i++) {
            unread.put(note(false));
        }
        unread.put(note(true));
        unread.put(piece(false, "new"));

        assertThat(shown()).isEqualTo("new");
    }

    @Test
    void aRestartBeyondTheLimitTakesAllBackThatWasNotRead() throws InterruptedException {
        for (int i = 0; i < UnreadChanges.LIMIT; i++) {
            unread.put(piece(false, "a"));
        }
        unread.put(piece(true, "b"));

        assertThat(readAll()).hasSize(1);
    }

    @Test
    void whatBrokeItComesBehindWhatCameBefore() throws InterruptedException {
        unread.put(piece(false, "a"));
        unread.end(new ChatException.Closed("It was closed."));

        assertThat(unread.isDone()).isFalse();
        assertThat(unread.next(Duration.ofDays(1))).isEqualTo(piece(false, "a"));
        assertThatThrownBy(() -> unread.next(Duration.ofDays(1))).isInstanceOf(ChatException.Closed.class);
    }
}
