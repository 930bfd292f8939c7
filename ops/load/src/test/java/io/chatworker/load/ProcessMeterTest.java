package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessMeterTest {

    @Test
    void timeIsUserAndSystemTimeWhateverTheProcessIsCalled() {
        String stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 98 0 0 0 123 45 7 8 20 0 1 0 1103004 3133440 359";

        assertThat(ProcessMeter.cpuMicros(stat)).isEqualTo((123 + 45) * 10_000L);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLivingProcessHasTimeMemoryAndThreads() throws IOException {
        long pid = ProcessHandle.current().pid();
        ProcessMeter self = new ProcessMeter(List.of(pid));

        assertThat(self.cpuMicros()).isPositive();
        assertThat(self.peakBytes()).isGreaterThan(10_000_000);
        assertThat(self.threads()).isGreaterThan(1);
        assertThat(new ProcessMeter(List.of(pid, pid)).peakBytes()).isGreaterThanOrEqualTo(2 * self.peakBytes());
    }
}
