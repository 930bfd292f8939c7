package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.Waits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that other workers had before. */
class RedeliveryTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void theAttemptCountsEarlierDeliveries() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        String id = deliveredBefore(2);

        installation.startWorker();

        assertThat(events.awaitCompleted(id).attempt()).isEqualTo(201);
        events.assertGapless(id);
    }

    @Test
    void whatKilledTooManyWorkersIsNotRunAgain() {
        RecordedEvents events = installation.events();
        String id = deliveredBefore(3);

        installation.startWorker("CHAT_MAX_DELIVERIES", "3");

        Event failed = events.awaitFailed(id, "crash_loop");
        assertThat(failed.at("/retryable").asBoolean()).isFalse();
        assertThat(events.of(id)).hasSize(1);
        assertThat(installation.ollama().asked()).isEmpty();
        assertThat(installation.awaitDeadLetter().getProps().getHeaders().get("x-failure-code"))
                .hasToString("crash_loop");
    }

    @Test
    void aPublishersOwnCountsCountForNothing() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        installation.startWorker("CHAT_MAX_DELIVERIES", "3");

        String id = installation.send(
                Ask.message("Hi").header("x-delivery-count", 18L).header("x-acquired-count", 18L));

        assertThat(events.awaitCompleted(id).attempt()).isEqualTo(1);
    }

    /** A request that was taken and handed back so often, by a worker that declared the queue and is gone. */
    private String deliveredBefore(int times) {
        installation.startWorker().close();
        String id = installation.ask("Hi");
        for (int i = 0; i < times; i++) {
            installation.queues().with(channel -> {
                take(channel);
                return null;
            });
        }
        installation.queues().awaitWaiting(installation.topology().requests(), 1);
        return id;
    }

    /** Takes it and closes the channel, as a crash does. */
    private void take(Channel channel) {
        List<GetResponse> taken = new ArrayList<>();
        Waits.until("the request in its queue", () -> {
            try {
                GetResponse request = channel.basicGet(installation.topology().requests(), false);
                if (request != null) {
                    taken.add(request);
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return !taken.isEmpty();
        });
    }
}
