package io.chatworker.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.broker.RabbitTopology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntakeSettingsTest {

    @Test
    void fewChatsHaveThreadsOfTheSystemAndManyHaveVirtualOnes() {
        assertThat(threadOfOneAmong(1).isVirtual()).isFalse();
        assertThat(threadOfOneAmong(IntakeSettings.MOST_PLATFORM_THREADS).isVirtual())
                .isFalse();
        assertThat(threadOfOneAmong(IntakeSettings.MOST_PLATFORM_THREADS + 1).isVirtual())
                .isTrue();
    }

    @Test
    void noChatKeepsTheProcessAlive() {
        assertThat(threadOfOneAmong(1).isDaemon()).isTrue();
        assertThat(threadOfOneAmong(1).getName()).isEqualTo("chat-7");
    }

    private static Thread threadOfOneAmong(int concurrency) {
        RabbitTopology.Pool pool = new RabbitTopology.Pool("chat.requests", List.of());
        return new IntakeSettings(concurrency, pool, Duration.ZERO, Duration.ZERO).chatThread("chat-7", () -> {});
    }
}
