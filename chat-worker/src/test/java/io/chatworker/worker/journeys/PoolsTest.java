package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.TestWorker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workers that take only some requests, beside those that take the rest. */
class PoolsTest {

    /** Routing keys, and whose they are: the first letters of the worker's name. */
    private static final Map<String, String> KEYS = new LinkedHashMap<>(Map.of(
            "llama3.2", "llama",
            "llama3.3:70b", "llama",
            "llama3", "llama",
            "vision.llava", "eyes",
            "vision", "eyes",
            "qwen2.5:3b-instruct", "rest",
            "gemma3:270m", "rest",
            "visions.of.johanna", "rest",
            "llama4", "rest",
            "", "rest"));

    private static final int ROUNDS = 12;

    @RegisterExtension
    final Installation installation = new Installation();

    private String llama;
    private String eyes;

    @BeforeEach
    void pools() {
        installation
                .ollama()
                .answersBy(question -> ScriptedAnswer.saying(
                        "Hello ", question.at("/messages/1/content").asString()));
        llama = installation.topology().namespace() + ".llama";
        eyes = installation.topology().namespace() + ".eyes";
        installation.queues().removeAtEnd(llama);
        installation.queues().removeAtEnd(eyes);
    }

    @Law(2)
    @Test
    void everyRequestIsAnsweredOnceByAWorkerOfItsPoolAndWhatNoPoolClaimsByTheOthers() {
        RecordedEvents events = installation.events();
        startLlama("llama-1");
        startLlama("llama-2");
        startEyes("eyes-1");
        startRest("rest-1");
        startRest("rest-2");
        Map<String, String> keys = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (String key : KEYS.keySet()) {
                keys.put(installation.send(Ask.message("to " + key).routingKey(key)), key);
            }
        }

        Set<String> workers = new TreeSet<>();
        keys.forEach((id, key) -> {
            Event completed = events.awaitCompleted(id);
            events.assertGapless(id);
            assertThat(completed.text("/message/content")).isEqualTo("Hello to " + key);
            assertThat(completed.text("/worker")).as(key).startsWith(KEYS.get(key));
            assertThat(events.of(id, "started"))
                    .singleElement()
                    .satisfies(started -> assertThat(started.text("/worker")).isEqualTo(completed.text("/worker")));
            workers.add(completed.text("/worker"));
        });

        assertThat(workers).containsExactly("eyes-1", "llama-1", "llama-2", "rest-1", "rest-2");
        assertThat(installation.ollama().asked()).hasSize(KEYS.size() * ROUNDS);
        installation.closeWorkers();
        // Once: what workers that are gone had not settled would be in a queue again.
        for (String queue : List.of(llama, eyes, installation.topology().requests())) {
            assertThat(installation.queues().waiting(queue)).isZero();
        }
    }

    /** Nobody else takes what waits for a pool without workers, and it is not lost. */
    @Law(5)
    @Test
    void aRequestForAPoolThatIsAwayWaitsInItsQueue() {
        RecordedEvents events = installation.events();
        startRest("rest-1");
        TestWorker away = startLlama("llama-1");
        events.awaitCompleted(installation.send(Ask.message("first").routingKey("llama3")));
        away.close();

        String waiting = installation.send(Ask.message("second").routingKey("llama3"));
        installation.queues().awaitWaiting(llama, 1);
        Event other =
                events.awaitCompleted(installation.send(Ask.message("third").routingKey("gemma3")));
        assertThat(other.text("/worker")).isEqualTo("rest-1");
        assertThat(installation.queues().waiting(llama)).isEqualTo(1);
        assertThat(events.of(waiting)).isEmpty();

        startLlama("llama-2");

        Event completed = events.awaitCompleted(waiting);
        assertThat(completed.text("/worker")).isEqualTo("llama-2");
        assertThat(completed.attempt()).isEqualTo(1);
    }

    private TestWorker startLlama(String name) {
        return installation.startWorker(
                "CHAT_WORKER_NAME",
                name,
                "CHAT_REQUESTS_QUEUE",
                llama,
                "CHAT_REQUESTS_BINDINGS",
                "llama3, llama3.2, llama3.3:70b");
    }

    private void startEyes(String name) {
        installation.startWorker(
                "CHAT_WORKER_NAME", name, "CHAT_REQUESTS_QUEUE", eyes, "CHAT_REQUESTS_BINDINGS", "vision.#");
    }

    private void startRest(String name) {
        installation.startWorker("CHAT_WORKER_NAME", name);
    }
}
