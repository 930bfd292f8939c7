package io.chatworker.worker.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelLabelsTest {

    private final ModelLabels labels = new ModelLabels("m:latest", model -> model.startsWith("installed"));

    @Test
    void aModelHasOneLabelInWhateverSpelling() {
        assertThat(labels.ofDefault()).isEqualTo("m");
        assertThat(labels.of(" M")).isEqualTo("m");
        assertThat(labels.of("m:latest")).isEqualTo("m");
        assertThat(labels.of("m:1b")).isEqualTo("other");
    }

    @Test
    void whatIsNotInstalledIsOtherUntilItAnswers() {
        assertThat(labels.of("wish")).isEqualTo("other");
        assertThat(labels.of("installed:7b")).isEqualTo("installed:7b");
        assertThat(labels.answered("wish")).isEqualTo("wish");
        assertThat(labels.of("wish")).isEqualTo("wish");
    }

    @Test
    void howeverManyAreInstalledTheLabelsAreFew() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            seen.add(labels.of("installed" + i));
        }

        assertThat(seen).hasSizeLessThanOrEqualTo(51).contains("other");
        assertThat(labels.of("m")).isEqualTo("m");
    }
}
