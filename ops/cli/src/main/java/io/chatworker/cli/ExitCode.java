package io.chatworker.cli;

/** What the process tells the shell. Ctrl-C is the JVM's own 130. */
final class ExitCode {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private ExitCode() {}
}
