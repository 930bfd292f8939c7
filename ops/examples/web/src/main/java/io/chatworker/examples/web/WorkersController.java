package io.chatworker.examples.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.chatworker.client.ChatClient;
import io.chatworker.client.ChatException;
import io.chatworker.contracts.Description;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says what the workers are and can; asked at most every two seconds, however many pages are open. */
@RestController
class WorkersController {

    private static final Duration WAIT = Duration.ofMillis(500);
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final ChatClient chat;
    // Both guarded by this.
    private State state = new State("unknown", "", List.of());
    private long asked = System.nanoTime() - FRESH.toNanos();

    WorkersController(ChatClient chat) {
        this.chat = chat;
    }

    /**
     * The workers together.
     *
     * @param status {@code ready}, {@code paused}, {@code away} (no worker) or {@code unknown} (no broker)
     * @param why what pauses them, or keeps us from asking
     */
    record State(
            @JsonProperty("status") String status,
            @JsonProperty("why") String why,
            @JsonProperty("models") List<Choice> models) {}

    /** A model to choose. */
    record Choice(
            @JsonProperty("name") String name,
            @JsonProperty("thinks") boolean thinks,
            @JsonProperty("chosen") boolean chosen) {}

    @GetMapping("/api/workers")
    synchronized State workers() {
        if (System.nanoTime() - asked >= FRESH.toNanos()) {
            state = ask();
            asked = System.nanoTime();
        }
        return state;
    }

    private State ask() {
        try {
            List<Description> workers = chat.describe(WAIT);
            List<Choice> models = workers.stream()
                    .flatMap(WorkersController::choices)
                    .distinct()
                    .toList();
            if (workers.isEmpty()) {
                return new State("away", "", models);
            }
            if (workers.stream().allMatch(worker -> worker.paused() != null)) {
                return new State("paused", Objects.toString(workers.getFirst().paused(), ""), models);
            }
            return new State("ready", "", models);
        } catch (ChatException e) {
            return new State("unknown", e.what(), List.of());
        }
    }

    private static Stream<Choice> choices(Description worker) {
        return worker.models().stream()
                .filter(Description.Model::allowed)
                .map(model -> new Choice(
                        model.name(),
                        model.capabilities() != null && model.capabilities().contains("thinking"),
                        model.name().equals(worker.defaultModel())));
    }
}
