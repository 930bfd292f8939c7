package io.chatworker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The result of the command line: its exit code and output. */
record Run(int exitCode, String out, String err) {

    /** In a pipe. What outlasts a session is kept in a folder that the test names, else nowhere. */
    static Run of(Map<String, String> environment, String in, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code;
        try (Io io = new Io(
                environment,
                new ByteArrayInputStream(in.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                () -> null)) {
            code = new Main(io).run(arguments);
        }
        return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** At a person's terminal. */
    static Run at(Person person, Map<String, String> environment, String... arguments) {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("TERM", "xterm-256color");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream errors = new PrintStream(err, true, UTF_8);
        Io io = new Io(all, InputStream.nullInputStream(), errors, errors, person::terminal);
        return new Run(new Main(io).run(arguments), "", err.toString(UTF_8));
    }

    List<String> lines() {
        return out.lines().toList();
    }
}
