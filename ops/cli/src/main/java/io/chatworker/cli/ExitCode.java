package io.chatworker.cli;

/** Exit codes of the process. */
final class ExitCode {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** As the shell has it for Ctrl-C; without a terminal the JVM itself exits so. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
