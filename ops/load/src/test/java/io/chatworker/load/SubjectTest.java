package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubjectTest {

    @Test
    void aVariantHasFlagsVariablesAndAProgram() {
        assertThat(Subject.variant("mine=-XX:+UseZGC -Xmx1g CHAT_CHUNK_INTERVAL=0 jar=/tmp/worker.jar workers=2"))
                .isEqualTo(new Subject(
                        "mine",
                        Subject.Kind.WORKER,
                        List.of("-XX:+UseZGC", "-Xmx1g"),
                        Map.of("CHAT_CHUNK_INTERVAL", "0"),
                        Path.of("/tmp/worker.jar"),
                        2));
    }

    @Test
    void whatIsNoVariantIsRefused() {
        for (String text : List.of("mine", "mine=", "=-Xmx1g", "mine=something", "mine=workers=0")) {
            assertThatThrownBy(() -> Subject.variant(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
