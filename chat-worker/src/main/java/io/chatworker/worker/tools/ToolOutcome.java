package io.chatworker.worker.tools;

import java.util.Locale;

/** What became of a tool call. */
public enum ToolOutcome {
    /** A service answered with content. */
    CONTENT,
    /** A service answered with an error, or with something that cannot be read. */
    ERROR,
    /** Nobody answered in time, or the broker did not take the call. */
    TIMEOUT,
    /** No service offers the tool. */
    NO_SERVICE,
    /** The result was too large. */
    TOO_LARGE,
    /** Not published: not a tool of the request's, not a name, or one call too many. */
    NOT_PUBLISHED,
    /** The chat was stopped while it waited. */
    STOPPED;

    /** The name in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
