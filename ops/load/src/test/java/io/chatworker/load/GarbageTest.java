package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GarbageTest {

    private static final String COUNTERS = """
            sun.gc.collector.0.invocations=3
            sun.gc.generation.0.space.0.capacity=17891328
            sun.gc.generation.0.space.1.capacity=2162688
            """;

    @Test
    void eachCollectionHadAnEdenAndTheRestIsThereStill() {
        String heap = """
                 DefNew     total 19584K, used 5321K [0x00000000ec000000, 0x00000000ed530000)
                  eden space 17472K,  30% used [0x00000000ec000000, 0x00000000ec532418)
                """;

        assertThat(Garbage.allocated(COUNTERS, heap)).isEqualTo(3 * 17_891_328L + 5321 * 1024);
    }

    @Test
    void anotherCollectorTellsNothing() {
        assertThat(Garbage.allocated(COUNTERS, " garbage-first heap   total 65536K, used 5321K\n"))
                .isZero();
    }

    @Test
    void aJvmIsAsked() throws Exception {
        assertThat(Garbage.allocated(ProcessHandle.current().pid())).isNotNegative();
    }
}
