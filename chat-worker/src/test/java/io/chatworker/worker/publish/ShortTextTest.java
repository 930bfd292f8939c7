package io.chatworker.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShortTextTest {

    @Test
    void aShortStringIsMeasuredInBytes() {
        assertThat(ShortText.fits("")).isTrue();
        assertThat(ShortText.fits("a".repeat(255))).isTrue();
        assertThat(ShortText.fits("a".repeat(256))).isFalse();
        assertThat(ShortText.fits("ü".repeat(127))).isTrue();
        assertThat(ShortText.fits("ü".repeat(128))).isFalse();
        assertThat(ShortText.fits("\uFFFD".repeat(85))).isTrue();
        assertThat(ShortText.fits("\uFFFD".repeat(86))).isFalse();
        assertThat(ShortText.fits("🌞".repeat(63))).isTrue();
        assertThat(ShortText.fits("🌞".repeat(64))).isFalse();
    }

    @Test
    void whatDoesNotFitIsLeftOut() {
        assertThat(ShortText.orNull(null)).isNull();
        assertThat(ShortText.orNull("a")).isEqualTo("a");
        assertThat(ShortText.orNull("a".repeat(256))).isNull();
    }
}
