package io.chatworker.cli.view;

import java.util.Map;

/** Words that stand out in a terminal; plain where colours are not wanted ({@code NO_COLOR}) or not to be had. */
public enum Style {
    DIM("\033[2m"),
    BOLD("\033[1m"),
    CALL("\033[36m"),
    ALARM("\033[31m");

    static final String OFF = "\033[0m";

    private final String on;

    Style(String on) {
        this.on = on;
    }

    String of(String text) {
        return on + text + OFF;
    }

    /** Whether the person at this terminal wants colours, by the usual variables. */
    public static boolean wanted(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }
}
