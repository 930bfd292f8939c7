package io.chatworker.cli.view;

import org.jline.utils.WCWidth;

/** How many cells of a terminal a text takes, and text that is safe to show in one. */
public final class Width {

    private Width() {}

    static int of(String text) {
        return text.codePoints().map(Width::of).sum();
    }

    /** 0 for what is drawn on the character before it, 2 for wide ones; never negative. */
    static int of(int codePoint) {
        return Math.max(0, WCWidth.wcwidth(codePoint));
    }

    /** As much of it as fits, with an ellipsis where something is left out. */
    public static String cut(String text, int width) {
        if (of(text) <= width) {
            return text;
        }
        StringBuilder cut = new StringBuilder();
        int taken = 1;
        for (int codePoint : text.codePoints().toArray()) {
            taken += of(codePoint);
            if (taken > width) {
                break;
            }
            cut.appendCodePoint(codePoint);
        }
        return cut.append('…').toString();
    }

    /** Without control characters other than line ends and tabs: a model or a sender could steer the terminal by them. */
    public static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().filter(Width::shows).forEach(printable::appendCodePoint);
        return printable.toString();
    }

    private static boolean shows(int codePoint) {
        return codePoint == '\n' || codePoint == '\t' || !Character.isISOControl(codePoint);
    }
}
