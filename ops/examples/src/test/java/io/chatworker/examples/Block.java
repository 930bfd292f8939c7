package io.chatworker.examples;

/** Code that stands by itself in a page; the language is empty where the page names none. */
record Block(String page, int line, String heading, String language, String text) {

    String place() {
        return page + ":" + line;
    }
}
