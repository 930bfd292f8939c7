package io.chatworker.worker.faults;

import io.chatworker.client.BrokerNodes;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.JavaProcess;
import io.chatworker.worker.testing.Waits;
import java.util.Map;

/** A tool service as a process of its own, which ends by being killed: it takes calls and answers none. */
final class ToolProcess implements AutoCloseable {

    private static final String CALL = "a call";

    private final JavaProcess java;

    private ToolProcess(JavaProcess java) {
        this.java = java;
    }

    static ToolProcess start(String broker, Topology names) {
        return new ToolProcess(JavaProcess.start(
                Map.of(), "-cp", JavaProcess.classPath(), ToolProcess.class.getName(), broker, names.namespace()));
    }

    void awaitCalls(int count) {
        Waits.until(
                () -> count + " calls of a tool's process, which printed " + java.output(),
                () -> java.output().stream().filter(CALL::equals).count() >= count);
    }

    /** SIGKILL. */
    @Override
    public void close() {
        java.close();
    }

    /** {@code arguments}: where the broker is, and the namespace. */
    static void main(String... arguments) throws Exception {
        NumberedTool.offer(
                BrokerNodes.parse(arguments[0]).connect("tool", _ -> {}),
                new Topology(arguments[1]),
                NumberedTool.noKeys(),
                _ -> {
                    System.out.println(CALL);
                    return null;
                });
    }
}
