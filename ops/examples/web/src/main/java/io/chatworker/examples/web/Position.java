package io.chatworker.examples.web;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much of an answer a browser has: the id of each server-sent event, which the browser sends back when it connects
 * again.
 *
 * @param restarts how often the answer had begun anew
 * @param content characters of the text
 * @param thinking characters of the thinking
 * @param note the number of the last note
 */
record Position(int restarts, int content, int thinking, int note) {

    static final Position START = new Position(0, 0, 0, 0);

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})");

    /** From the header {@code Last-Event-ID}; the start where there is none. */
    static Position of(@Nullable String id) {
        Matcher matcher = FORM.matcher(id == null ? "" : id);
        return matcher.matches()
                ? new Position(number(matcher, 1), number(matcher, 2), number(matcher, 3), number(matcher, 4))
                : START;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    @Override
    public String toString() {
        return restarts + "." + content + "." + thinking + "." + note;
    }
}
