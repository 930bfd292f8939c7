package io.chatworker.worker.faults;

import io.chatworker.client.BrokerNodes;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A tool service as a process of its own, which ends by being killed: it takes calls and answers none. */
final class ToolProcess implements AutoCloseable {

    private final Process process;
    private final List<String> calls = new CopyOnWriteArrayList<>();

    private ToolProcess(Process process) {
        this.process = process;
        // Reading a pipe holds the carrier of a virtual thread, and there are few of those.
        Thread.ofPlatform().daemon().start(() -> process.inputReader().lines().forEach(calls::add));
    }

    static ToolProcess start(String broker, Topology names) {
        try {
            return new ToolProcess(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")),
                            ToolProcess.class.getName(),
                            broker,
                            names.namespace())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitCalls(int count) {
        Waits.until(() -> count + " calls of a tool's process, not " + calls, () -> calls.size() >= count);
    }

    /** SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** {@code arguments}: where the broker is, and the namespace. */
    static void main(String... arguments) throws Exception {
        NumberedTool.offer(
                BrokerNodes.parse(arguments[0]).connect("tool", _ -> {}),
                new Topology(arguments[1]),
                NumberedTool.noKeys(),
                number -> {
                    System.out.println(number);
                    return null;
                });
    }
}
