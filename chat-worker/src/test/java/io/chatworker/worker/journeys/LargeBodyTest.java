package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.WorkerProcess;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The broker lets through what the heap of a small container cannot take. */
@Law(7)
class LargeBodyTest {

    /** What RabbitMQ lets through by default: 128 MiB before version 4, 16 MiB since. */
    private static final int MANY_MIB = 100;

    private static final int SOME_MIB = 15;

    @RegisterExtension
    final Installation installation = Installation.onBreakableBroker();

    @Test
    @DisplayName("Bodies larger than the heap end as request_too_large, and the worker stays up")
    void bodiesLargerThanTheHeapAreTooLarge() throws Exception {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Hello"));
        boolean old = String.valueOf(
                        installation.connection().getServerProperties().get("version"))
                .startsWith("3.");
        int bytes = (old ? MANY_MIB : SOME_MIB) * 1024 * 1024;
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) 'x');

        try (WorkerProcess worker = WorkerProcess.start(
                        installation.variables("CHAT_CONCURRENCY", "2"), old ? "96m" : "48m")
                .ready()) {
            for (int request = 0; request < 2; request++) {
                installation
                        .channel()
                        .basicPublish(
                                installation.topology().requests(),
                                "any",
                                new BasicProperties.Builder()
                                        .messageId("large" + request)
                                        .build(),
                                body);
            }
            String small = installation.ask("Hi");

            for (int request = 0; request < 2; request++) {
                Event failed = events.awaitFailed("large" + request, "request_too_large");
                assertThat(failed.at("/error/details/bytes").asInt()).isEqualTo(bytes);
                assertThat(failed.attempt()).isEqualTo(1);
            }
            events.awaitCompleted(small);
            installation.queues().awaitWaiting(installation.topology().requests(), 0);
            installation.queues().awaitWaiting(installation.topology().deadLetters(), 2);
            assertThat(worker.isAlive()).isTrue();
            assertThat(worker.output()).noneMatch(line -> line.contains("connection lost"));
        }
        // They are larger than this test's own client reads.
        installation.channel().queuePurge(installation.topology().deadLetters());
    }
}
