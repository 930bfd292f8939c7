package io.chatworker.worker.ollama;

import io.chatworker.worker.ollama.OllamaFailure.Ollama;
import java.util.function.Supplier;

/** Says what a call without an answer was, asking the probe at once where Ollama itself did not speak. */
final class Judge {

    private final Supplier<Finding.State> probe;
    private final String model;

    /** {@code probe} asks whether Ollama is there, and was all along, and waits for the answer. */
    Judge(Supplier<Finding.State> probe, String model) {
        this.probe = probe;
        this.model = model;
    }

    /** The failure behind an answer that is no stream of Ollama's lines. */
    OllamaFailure of(ErrorAnswer answer) {
        Finding.State found = answer.isOllamas() ? Finding.State.FOUND : probe.get();
        return Failures.of(answer, found, model);
    }

    /** The failure behind a connection that broke before it brought an answer. */
    OllamaFailure ofReset(String message) {
        boolean found = probe.get() == Finding.State.FOUND;
        return OllamaFailure.unreachable(message).when(found ? Ollama.FOUND : Ollama.UNKNOWN);
    }
}
