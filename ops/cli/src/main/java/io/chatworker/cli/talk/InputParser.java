package io.chatworker.cli.talk;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;

/** What is typed at the prompt: a line, or several between {@code """} and {@code """}. Nothing is quoted or escaped. */
public final class InputParser implements Parser {

    private static final String FENCE = "\"\"\"";

    private final DefaultParser words = new DefaultParser();

    public InputParser() {
        words.setQuoteChars(new char[0]);
        words.setEscapeChars(new char[0]);
    }

    /**
     * Splits the line into words at its white space.
     *
     * @throws EOFError while the fence is open: the prompt then asks for another line
     */
    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE && isOpen(line)) {
            throw new EOFError(-1, -1, "open", FENCE);
        }
        return words.parse(line, cursor, context);
    }

    /** Whether more lines must come. */
    public static boolean isOpen(String text) {
        String typed = text.strip();
        return typed.startsWith(FENCE) && (typed.length() < 2 * FENCE.length() || !typed.endsWith(FENCE));
    }

    /** The text without its fences. */
    public static String unfenced(String text) {
        String typed = text.strip();
        return typed.startsWith(FENCE) && !isOpen(typed)
                ? typed.substring(FENCE.length(), typed.length() - FENCE.length())
                        .strip()
                : typed;
    }
}
