package io.chatworker.worker.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {

    private static final String TEXT = "one\n\nzwölf 🌞\n日本語\nlast";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 11, 8192})
    void linesAreTheSameHoweverTheBytesArrive(int atOnce) throws IOException {
        assertThat(lines(TEXT, atOnce)).containsExactly("one", "", "zwölf 🌞", "日本語", "last");
    }

    @Test
    void aFinalNewlineMakesNoLineOfItsOwn() throws IOException {
        assertThat(lines("a\nb\n", 8192)).containsExactly("a", "b");
        assertThat(lines("", 8192)).isEmpty();
    }

    @Test
    void aCarriageReturnIsLeftToTheReaderOfTheLine() throws IOException {
        assertThat(lines("a\r\n\r\nb", 2)).containsExactly("a\r", "\r", "b");
    }

    @Test
    void onlyAWholeLineIsAtHand() throws IOException {
        Buffer buffer = new Buffer().writeUtf8("a\nb\nc");
        LineReader reader = new LineReader(buffer);

        assertThat(reader.hasLineAtHand()).isTrue();
        reader.next();
        assertThat(reader.hasLineAtHand()).isTrue();
        reader.next();
        assertThat(reader.hasLineAtHand()).isFalse();
    }

    @Test
    @Law(6)
    @DisplayName("A line has a bound")
    void aLineOverEightMebibytesIsRefused() throws IOException {
        byte[] longest = new byte[(int) LineReader.MAX_LINE_BYTES];
        LineReader reader = new LineReader(
                new Buffer().write(longest).writeUtf8("\n").write(longest).writeUtf8("x\n"));

        assertThat(reader.next()).hasSize(longest.length);
        assertThatThrownBy(reader::next).isInstanceOf(LineReader.LineTooLong.class);
    }

    @Test
    void theSameHoldsForALineThatNeverEnds() throws IOException {
        byte[] longest = new byte[(int) LineReader.MAX_LINE_BYTES];

        assertThat(new LineReader(new Buffer().write(longest)).next()).hasSize(longest.length);
        assertThatThrownBy(new LineReader(new Buffer().write(longest).writeUtf8("x"))::next)
                .isInstanceOf(LineReader.LineTooLong.class);
    }

    private static List<String> lines(String text, int atOnce) throws IOException {
        LineReader reader = new LineReader(Okio.buffer(new ForwardingSource(new Buffer().writeUtf8(text)) {
            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                return super.read(sink, Math.min(byteCount, atOnce));
            }
        }));
        List<String> lines = new ArrayList<>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line, StandardCharsets.UTF_8));
        }
        return lines;
    }
}
