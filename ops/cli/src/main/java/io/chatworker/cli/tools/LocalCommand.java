package io.chatworker.cli.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chatworker.cli.view.Json;
import io.chatworker.contracts.ToolCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A command of this machine as a tool, run anew for each call: it gets the arguments as JSON on standard input, and its
 * standard output is the content, read as JSON where it is some, else as text. An exit code other than 0 is an error with
 * standard error as its text. Safe for several threads.
 *
 * <p>The command finds {@code TOOL_CALL_ID} and {@code TOOL_IDEMPOTENCY_KEY} in its environment: one that must not act
 * twice remembers the latter.
 */
public final class LocalCommand {

    // What a worker takes by default.
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_ERROR_CHARACTERS = 2_000;
    /** The longest that a call may take, whatever its deadline. */
    public static final Duration LONGEST = Duration.ofMinutes(10);

    private static final int STREAMS_SECONDS = 2;

    private final List<String> command;

    public LocalCommand(List<String> command) {
        this.command = List.copyOf(command);
    }

    /**
     * Runs it, until the worker would wait no longer, and returns the content.
     *
     * @throws IOException with what the model is told where there is none
     */
    public Object run(ToolCall call) throws IOException, InterruptedException {
        Process process = start(call);
        try {
            FutureTask<byte[]> output = reading(process.getInputStream(), process);
            FutureTask<byte[]> errors = reading(process.getErrorStream(), process);
            Thread.ofVirtual().start(() -> give(call, process.getOutputStream()));
            if (!process.waitFor(left(call).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the command did not end in time");
            }
            // Something that it started may hold the streams open.
            return result(
                    process.exitValue(),
                    output.get(STREAMS_SECONDS, TimeUnit.SECONDS),
                    errors.get(STREAMS_SECONDS, TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            throw new IOException("the command ended and left its output open", e);
        } catch (ExecutionException e) {
            throw new IOException("the command's output cannot be read: " + e.getCause(), e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start(ToolCall call) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TOOL_CALL_ID", call.callId());
        builder.environment().put("TOOL_IDEMPOTENCY_KEY", call.idempotencyKey());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException("the command cannot be started: " + e.getMessage(), e);
        }
    }

    /** Never longer than somebody could wait for it. */
    private static Duration left(ToolCall call) {
        Duration left = Duration.between(Instant.now(), call.deadline());
        return left.compareTo(LONGEST) < 0 ? left : LONGEST;
    }

    /** One that says more than a result may be is ended. */
    private static FutureTask<byte[]> reading(InputStream from, Process process) {
        FutureTask<byte[]> reading = new FutureTask<>(() -> {
            try {
                byte[] read = from.readNBytes(MAX_BYTES + 1);
                if (read.length > MAX_BYTES) {
                    process.destroyForcibly();
                }
                return read;
            } catch (IOException e) {
                // Closed, since the command was ended.
                return new byte[0];
            }
        });
        Thread.ofVirtual().start(reading);
        return reading;
    }

    private static void give(ToolCall call, OutputStream to) {
        try (to) {
            to.write(Json.bytes(call.arguments()));
        } catch (IOException e) {
            // A command need not read what it was given.
        }
    }

    private static Object result(int exitCode, byte[] output, byte[] errors) throws IOException {
        if (output.length > MAX_BYTES) {
            throw new IOException("the result is larger than " + MAX_BYTES / 1024 + " KiB");
        }
        if (exitCode != 0) {
            String said = new String(errors, UTF_8).strip();
            String end = said.substring(Math.max(0, said.length() - MAX_ERROR_CHARACTERS));
            throw new IOException(end.isEmpty() ? "the command ended with exit code " + exitCode : end);
        }
        String content = new String(output, UTF_8).strip();
        return content.isEmpty() ? "" : Json.valueOrText(content);
    }
}
