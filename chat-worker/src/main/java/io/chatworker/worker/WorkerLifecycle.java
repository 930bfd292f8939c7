package io.chatworker.worker;

import io.chatworker.worker.intake.Intake;
import io.chatworker.worker.observe.ManagementServer;
import io.chatworker.worker.observe.WorkerLog;
import io.chatworker.worker.ollama.DefaultModel;
import io.chatworker.worker.ollama.OllamaGate;
import io.chatworker.worker.publish.EventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Starts publishing before intake, and stops intake before publishing. The start waits for nobody: broker and Ollama may
 * come up in any order. The stop returns when the worker has drained, and Spring waits for that without a limit, because
 * it calls {@link #stop()} itself and its time-out is for those that stop aside.
 */
final class WorkerLifecycle implements SmartLifecycle {

    private final EventPublisher publisher;
    private final Intake intake;
    private final OllamaGate gate;
    private final DefaultModel model;
    private final ManagementServer management;
    private final WorkerLog log;
    private volatile boolean running;

    WorkerLifecycle(
            EventPublisher publisher,
            Intake intake,
            OllamaGate gate,
            DefaultModel model,
            ManagementServer management,
            WorkerLog log) {
        this.publisher = publisher;
        this.intake = intake;
        this.gate = gate;
        this.model = model;
        this.management = management;
        this.log = log;
    }

    @Override
    public void start() {
        running = true;
        log.start();
        gate.start();
        model.start();
        publisher.start();
        intake.start();
    }

    @Override
    public void stop() {
        log.close();
        intake.drain();
        publisher.close();
        gate.close();
        model.close();
        management.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
