package io.chatworker.cli.view;

/**
 * Breaks text between words as it arrives in pieces. A word is shown as far as it has come; once it turns out not to fit,
 * it is erased at the end of the line and goes on at the next. Lines of fenced code stay whole: the terminal breaks
 * them, so that they can be copied.
 *
 * <p>It never fills the last column, where a terminal's cursor is in one of two places. One thread at a time.
 */
public final class WordWrap {

    private static final String FENCE = "```";
    private static final int TAB = 8;

    private int column;
    private boolean breakDue;
    private final StringBuilder word = new StringBuilder();
    private int wordWidth;
    private boolean code;
    private final StringBuilder lineStart = new StringBuilder();

    /** A whole text, wrapped. */
    public static String whole(String text, int terminalWidth) {
        return new WordWrap().add(text, terminalWidth);
    }

    /** What to send to the terminal to show {@code text} behind what was shown before. */
    String add(String text, int terminalWidth) {
        int width = Math.max(8, terminalWidth - 1);
        StringBuilder out = new StringBuilder(text.length() + 16);
        Width.printable(text).codePoints().forEach(codePoint -> add(codePoint, width, out));
        return out.toString();
    }

    /** How far the line has come. */
    int column() {
        return column;
    }

    /** Whether the cursor is at the start of a line. */
    boolean atLineStart() {
        return column == 0 && !breakDue;
    }

    /** Ends the line that is open, if one is. */
    String endLine() {
        boolean open = !atLineStart();
        newLine();
        return open ? "\n" : "";
    }

    private void add(int codePoint, int width, StringBuilder out) {
        if (codePoint == '\n') {
            // A line that was full to the last column is followed by its own end.
            out.append('\n');
            newLine();
        } else if (isCode(codePoint)) {
            out.appendCodePoint(codePoint);
            column += Width.of(codePoint);
        } else if (codePoint == ' ' || codePoint == '\t') {
            space(codePoint, width, out);
        } else {
            letter(codePoint, width, out);
        }
    }

    private void newLine() {
        column = 0;
        breakDue = false;
        lineStart.setLength(0);
        endWord();
    }

    private void endWord() {
        word.setLength(0);
        wordWidth = 0;
    }

    /** Whether this character belongs to a line of code; a fence opens or closes one. */
    private boolean isCode(int codePoint) {
        if (lineStart.length() < FENCE.length() && !Character.isWhitespace(codePoint)) {
            lineStart.appendCodePoint(codePoint);
            if (lineStart.toString().equals(FENCE)) {
                code = !code;
                return true;
            }
        }
        return code;
    }

    private void space(int codePoint, int width, StringBuilder out) {
        endWord();
        int to = codePoint == '\t' ? (column / TAB + 1) * TAB : column + 1;
        if (to > width) {
            // Not shown: the next word starts a line anyway.
            breakDue = true;
        } else {
            out.appendCodePoint(codePoint);
            column = to;
        }
    }

    private void letter(int codePoint, int width, StringBuilder out) {
        int cells = Width.of(codePoint);
        if (cells > 1) {
            // Between the characters of Chinese or Japanese a line may break.
            endWord();
        }
        if (breakDue || column + cells > width) {
            breakLine(cells, width, out);
        }
        out.appendCodePoint(codePoint);
        column += cells;
        if (cells > 1) {
            endWord();
        } else {
            word.appendCodePoint(codePoint);
            wordWidth += cells;
        }
    }

    private void breakLine(int cells, int width, StringBuilder out) {
        boolean moves = !breakDue && wordWidth > 0 && wordWidth < column && wordWidth + cells <= width;
        if (moves) {
            int before = out.length() - word.length();
            if (before >= 0) {
                // The word is not shown yet.
                out.setLength(before);
                out.append('\n').append(word);
            } else {
                out.append("\033[").append(wordWidth).append("D\033[K\n").append(word);
            }
            column = wordWidth;
        } else {
            out.append('\n');
            column = 0;
            endWord();
        }
        breakDue = false;
    }
}
