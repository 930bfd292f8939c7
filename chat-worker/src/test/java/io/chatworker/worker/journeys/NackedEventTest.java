package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.Waits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A queue that is full and rejects what is published makes the broker nack it, for all who are bound. */
class NackedEventTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    @Law(1)
    @DisplayName("A nacked terminal event comes again after 1, 2 and 4 s, its copy for the requester once")
    void aNackedTerminalEventComesAgainWithGrowingWaits() throws Exception {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Hello"));
        installation.startWorker();
        String completions = installation.topology().completions();
        Channel channel = installation.channel();
        String full = installation
                .queues()
                .declare(
                        installation.topology().namespace() + ".full",
                        Map.of("x-max-length", 1, "x-overflow", "reject-publish"));
        channel.basicPublish("", full, null, new byte[1]);
        Waits.until("a full queue", () -> installation.queues().waiting(full) == 1);
        channel.queueBind(full, completions, "#");
        List<Long> came = times(channel, completions);
        String replies = installation.queues().declare(installation.topology().replyPrefix() + "copies", Map.of());

        String id = installation.send(Ask.message("Hi").with("stream", false).replyTo(replies));
        events.mayRepeat(id);

        Waits.until("the event four times", () -> came.size() >= 4);
        assertThat(gap(came, 0)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(2));
        assertThat(gap(came, 1)).isBetween(Duration.ofMillis(1800), Duration.ofSeconds(4));
        assertThat(gap(came, 2)).isBetween(Duration.ofMillis(3600), Duration.ofSeconds(7));
        assertThat(installation.queues().waiting(installation.topology().requests()))
                .isZero();
        channel.queuePurge(full);
        Waits.until("the event that is taken", () -> came.size() == 5);
        assertThat(gap(came, 3)).isGreaterThan(Duration.ofMillis(3600));
        events.awaitCompleted(id);
        Waits.until("its copy", () -> installation.queues().waiting(replies) == 1);
    }

    /** When each message of the exchange came to a queue that has room. */
    private static List<Long> times(Channel channel, String exchange) throws Exception {
        List<Long> times = new CopyOnWriteArrayList<>();
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, exchange, "#");
        channel.basicConsume(queue, true, (_, _) -> times.add(System.nanoTime()), _ -> {});
        return times;
    }

    private static Duration gap(List<Long> times, int after) {
        return Duration.ofNanos(times.get(after + 1) - times.get(after));
    }
}
