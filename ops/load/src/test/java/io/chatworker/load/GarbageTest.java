package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GarbageTest {

    @Test
    void whatWasCollectedAndWhatLiesInEdenWasAllocated() {
        String scrape = """
                # TYPE jvm_gc_memory_allocated_bytes_total counter
                jvm_gc_memory_allocated_bytes_total 1.5E7
                jvm_memory_used_bytes{area="heap",id="Eden Space"} 250000.0
                jvm_memory_used_bytes{area="heap",id="Tenured Gen"} 9.0E7
                """;

        assertThat(Garbage.allocated(scrape)).isEqualTo(15_250_000);
    }

    @Test
    void aCollectorWithoutEdenHasOnlyWhatItCounted() {
        assertThat(Garbage.allocated("jvm_gc_memory_allocated_bytes_total 123456789\n"))
                .isEqualTo(123_456_789);
    }

    @Test
    void aCollectionShowsByItsCountOrByAnEdenThatShrank() {
        String before = scrape(1000, 500);

        assertThat(Garbage.isCollectedBetween(before, scrape(1000, 600))).isFalse();
        assertThat(Garbage.isCollectedBetween(before, scrape(1000, 20))).isTrue();
        assertThat(Garbage.isCollectedBetween(before, scrape(1500, 700))).isTrue();
    }

    private static String scrape(int collected, int eden) {
        return """
                jvm_gc_memory_allocated_bytes_total %d
                jvm_memory_used_bytes{area="heap",id="Eden Space"} %d
                """.formatted(collected, eden);
    }
}
