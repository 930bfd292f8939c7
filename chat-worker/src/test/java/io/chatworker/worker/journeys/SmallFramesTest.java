package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.GetResponse;
import io.chatworker.worker.testing.BrokerConfiguration;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker with a small {@code frame_max}: all properties of a message must fit into one frame. */
class SmallFramesTest {

    @RegisterExtension
    final Installation installation =
            Installation.onPrivateBroker(new BrokerConfiguration(List.of("frame_max = 8192"), Map.of()));

    @Test
    @Law(2)
    @DisplayName("A rejected request whose headers fill a frame already is kept without the largest of them")
    void aRejectedRequestIsKeptWithoutTheLargestHeaders() throws Exception {
        RecordedEvents events = installation.events();
        installation.startWorker();
        BasicProperties full = new BasicProperties.Builder()
                .messageId("full")
                .headers(Map.of("large", "x".repeat(5000), "medium", "x".repeat(2800), "small", "s"))
                .build();

        installation
                .channel()
                .basicPublish(
                        installation.topology().requests(), "any", full, "no JSON".getBytes(StandardCharsets.UTF_8));

        events.awaitFailed("full", "invalid_request");
        GetResponse letter = installation.awaitRejected();
        assertThat(letter.getBody()).asString().isEqualTo("no JSON");
        assertThat(letter.getProps().getHeaders())
                .containsKeys("medium", "small", "x-failure-code", "x-failure-message", "x-failed-at")
                .doesNotContainKey("large");
        assertThat(letter.getProps().getHeaders().get("x-attempt")).isEqualTo(1);
        installation.queues().awaitWaiting(installation.topology().requests(), 0);
    }
}
