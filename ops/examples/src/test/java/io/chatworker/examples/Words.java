package io.chatworker.examples;

/** A few words of a page's text, and where they stand. */
record Words(String page, int line, String text) {

    String place() {
        return page + ":" + line;
    }
}
