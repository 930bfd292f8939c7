package io.chatworker.worker.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BuildTest {

    @Test
    void theJarsNotesNameTheBuild() {
        String notes = "build.version=1.2.3\nbuild.commit=0123456789abcdef\nbuild.time=2026-11-25T10\\:00\\:00Z\n";

        Build build = Build.of(new ByteArrayInputStream(notes.getBytes(StandardCharsets.UTF_8)));

        assertThat(build).isEqualTo(new Build("1.2.3", "0123456789abcdef", "2026-11-25T10:00:00Z", 1));
        assertThat(build.shortCommit()).isEqualTo("012345678");
        assertThat(build.info())
                .containsEntry("version", "1.2.3")
                .containsEntry("commit", "0123456789abcdef")
                .containsEntry("time", "2026-11-25T10:00:00Z");
    }

    @Test
    void withoutTheNotesItSaysSo() {
        assertThat(Build.of(null)).isEqualTo(new Build("development", "unknown", "unknown", 1));
    }
}
