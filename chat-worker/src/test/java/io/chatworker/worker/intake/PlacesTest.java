package io.chatworker.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {

    private final Places places = new Places(8);

    @Test
    void theFirstConsumerGetsAll() {
        assertThat(places.free()).isEqualTo(8);
        places.give("a", 8);
        assertThat(places.free()).isZero();
    }

    @Test
    void whatAConsumerSettlesIsItsOwnPlaceAgain() {
        places.give("a", 8);
        places.delivered("a");
        places.settled("a");
        assertThat(places.free()).isZero();
    }

    @Test
    void afterAPauseWhatIsUnsettledKeepsItsPlaces() {
        places.give("a", 8);
        deliver("a", 5);
        assertThat(places.pause()).containsExactly("a");

        assertThat(places.free()).isEqualTo(3);
        places.give("b", 3);
        assertThat(places.free()).isZero();
    }

    @Test
    void whatBecomesFreeGoesToAnotherConsumerAQuarterOrTheRestAtATime() {
        places.give("a", 8);
        deliver("a", 8);
        assertThat(places.pause()).containsExactly("a");
        assertThat(places.free()).isZero();

        places.settled("a");
        assertThat(places.free()).isZero();
        places.settled("a");
        assertThat(places.free()).isEqualTo(2);
        places.give("b", 2);
        for (int i = 0; i < 5; i++) {
            places.settled("a");
        }
        assertThat(places.free()).isEqualTo(5);
        places.give("c", 5);
        places.settled("a");
        assertThat(places.free()).isEqualTo(1);
    }

    @Test
    void whatComesAfterThePauseCountsToo() {
        places.give("a", 8);
        assertThat(places.pause()).containsExactly("a");
        deliver("a", 2);

        assertThat(places.free()).isEqualTo(6);
    }

    @Test
    void aSecondPauseForgetsNothing() {
        places.give("a", 8);
        deliver("a", 3);
        assertThat(places.pause()).containsExactly("a");
        places.give("b", 5);
        deliver("b", 2);

        assertThat(places.pause()).containsExactly("b");

        assertThat(places.free()).isEqualTo(3);
    }

    private void deliver(String consumer, int count) {
        for (int i = 0; i < count; i++) {
            places.delivered(consumer);
        }
    }
}
