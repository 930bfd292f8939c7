package io.chatworker.cli;

/** Exit codes of the process. For Ctrl-C the JVM itself returns 130. */
final class ExitCode {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private ExitCode() {}
}
