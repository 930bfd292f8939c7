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
        pause("a");

        assertThat(places.free()).isEqualTo(3);
        places.give("b", 3);
        assertThat(places.free()).isZero();
    }

    @Test
    void whatBecomesFreeGoesToAnotherConsumerAQuarterOrTheRestAtATime() {
        places.give("a", 8);
        deliver("a", 8);
        pause("a");
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
    void whatIsOnItsWayAtThePauseKeepsItsPlacesUntilItHasCome() {
        places.give("a", 8);
        deliver("a", 1);
        assertThat(places.pause()).containsExactly("a");

        assertThat(places.free()).isZero();
        deliver("a", 2);
        places.settled("a");
        assertThat(places.free()).isZero();

        places.over("a");
        assertThat(places.free()).isEqualTo(6);
    }

    @Test
    void aSecondPauseForgetsNothing() {
        places.give("a", 8);
        deliver("a", 3);
        pause("a");
        places.give("b", 5);
        deliver("b", 2);

        pause("b");

        assertThat(places.free()).isEqualTo(3);
    }

    private void pause(String consumer) {
        assertThat(places.pause()).containsExactly(consumer);
        places.over(consumer);
    }

    private void deliver(String consumer, int count) {
        for (int i = 0; i < count; i++) {
            places.delivered(consumer);
        }
    }
}
