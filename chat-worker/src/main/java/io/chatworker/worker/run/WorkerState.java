package io.chatworker.worker.run;

/**
 * What a worker says of itself that matters to another one.
 *
 * @param queue where it takes its requests from
 * @param paused whether it takes none now
 */
public record WorkerState(String worker, String queue, boolean paused) {}
