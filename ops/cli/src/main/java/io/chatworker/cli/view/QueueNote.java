package io.chatworker.cli.view;

import io.chatworker.contracts.Description;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Why nothing has come yet, by what the workers say of themselves. */
public final class QueueNote {

    private QueueNote() {}

    /**
     * The reason, as one sees it from outside.
     *
     * @param workers those that answered; none where none is connected
     */
    public static String of(List<Description> workers) {
        if (workers.isEmpty()) {
            return "no worker is connected; ops/worker starts one";
        }
        List<String> pauses = workers.stream()
                .map(Description::paused)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        long paused = workers.stream().filter(worker -> worker.paused() != null).count();
        if (paused == workers.size()) {
            return "queued; the worker pauses: " + String.join("; ", pauses);
        }
        int busy = workers.stream().mapToInt(Description::inFlight).sum();
        int places = workers.stream().mapToInt(Description::concurrency).sum();
        return busy < places
                ? "queued; the workers have room, and should take it soon (queues: " + queues(workers) + ")"
                : "queued behind " + busy + (busy == 1 ? " answer" : " answers") + " under way";
    }

    private static String queues(List<Description> workers) {
        return workers.stream().map(Description::queue).distinct().collect(Collectors.joining(", "));
    }
}
