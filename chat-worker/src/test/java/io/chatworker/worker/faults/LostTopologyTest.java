package io.chatworker.worker.faults;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.Waits;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Parts of the topology removed under open connections and load: the worker's check brings them back. */
@Law({1, 2, 3, 5})
class LostTopologyTest {

    @RegisterExtension
    static final Scene scene = new Scene();

    /** Requests come back to their sender meanwhile, so nothing is promised about them. */
    @Test
    void bindingOfTheRequestsQueueRemoved() {
        Traffic traffic = begin();

        scene.broker()
                .with(channel -> channel.queueUnbind(
                        scene.topology().requests(), scene.topology().requestsDefault(), ""));
        traffic.awaitRoutedAgain();
        traffic.awaitEnded(10);

        scene.verify("binding of the requests queue removed");
    }

    @Test
    @Tag("faults")
    void requestsExchangeDeleted() {
        Traffic traffic = begin();

        scene.broker().with(channel -> channel.exchangeDelete(scene.topology().requests()));
        awaitExchange(scene.topology().requests());
        traffic.awaitEnded(10);

        scene.verify("requests exchange deleted");
    }

    @Test
    @Tag("faults")
    void exchangeBehindTheRequestsExchangeDeleted() {
        Traffic traffic = begin();

        scene.broker().with(channel -> channel.exchangeDelete(scene.topology().requestsDefault()));
        awaitExchange(scene.topology().requestsDefault());
        traffic.awaitRoutedAgain();
        traffic.awaitEnded(10);

        scene.verify("exchange behind the requests exchange deleted");
    }

    /** Every third request fails and leaves a letter, to an exchange that is gone for a moment. */
    @Test
    @Tag("faults")
    void deadLetterExchangeDeletedWhileRequestsFail() {
        scene.answers().answeredBetween(number -> number % 3 == 2 ? ForeignPages.FORBIDDEN : null);
        Traffic traffic = begin();

        scene.broker().with(channel -> channel.exchangeDelete(scene.topology().deadLetters()));
        awaitExchange(scene.topology().deadLetters());
        traffic.awaitEnded(15);

        scene.verifyWithFailures(
                "dead-letter exchange deleted, every third request failing", ErrorCode.OLLAMA_REJECTED);
    }

    /** Whoever cancels must be heard again, so this is about the commands of a worker that streams. */
    @Test
    @Tag("faults")
    void controlExchangeAndRejectedQueueDeleted() {
        Traffic traffic = begin();

        scene.broker().with(channel -> channel.exchangeDelete(scene.topology().control()));
        scene.broker().with(channel -> channel.queueDelete(scene.topology().rejected()));
        awaitExchange(scene.topology().control());
        traffic.awaitEnded(10);

        scene.verify("control exchange and queue of the rejected deleted");
    }

    private static Traffic begin() {
        scene.startWorker("CHAT_TOPOLOGY_CHECK", "1s");
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(5);
        traffic.awaitMidStream();
        return traffic;
    }

    private static void awaitExchange(String exchange) {
        Waits.until(Waits.LONG_PATIENCE, () -> "exchange " + exchange + " made again", () -> isThere(exchange));
    }

    private static boolean isThere(String exchange) {
        try {
            return scene.broker().with(channel -> channel.exchangeDeclarePassive(exchange)) != null;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
