package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.GetResponse;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Scrape;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.Waits;
import io.chatworker.worker.testing.WorkerProcess;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Ends a load and its workers, and fails where anything is against the laws: a request lost, a dead letter without its
 * failure, an answer that is not gapless, in order and the right one, something left in the queue or in flight, or metrics
 * that do not add up.
 */
record Inspection(TestBroker broker, Topology topology, Workers workers, Traffic traffic) {

    /** The result, which also goes into the table. */
    FaultResult of(String fault, Checker checker) {
        endTraffic();
        NumberedLoad load = traffic.load();
        Set<Integer> confirmed = load.confirmed();
        double seconds = traffic.seconds();
        endWorkers();
        Set<String> letters = takeDeadLetters();

        for (int number = 0; number < load.sent(); number++) {
            String id = load.requestId(number);
            checker.check(number, id, confirmed.contains(number), traffic.of(id));
        }
        FaultResult result = checker.result(fault, load.sent(), confirmed.size(), seconds);
        FaultTable.add(result);
        assertThat(checker.problems()).isEmpty();
        assertThat(letters).as("dead letters").isSubsetOf(checker.failures()).containsAll(checker.dead());
        assertThat(confirmed.size()).as("requests that were confirmed").isPositive();
        return result;
    }

    /** Sends no more, and waits until all that was confirmed has ended. */
    void endTraffic() {
        traffic.end(() -> "the workers printed " + workers.complaints());
    }

    /** Workers that are gone have requeued what they did not settle, so the queue counts the unacked too. */
    private void endWorkers() {
        List<WorkerProcess> living = workers.living();
        await("workers without a request", () -> living.stream().allMatch(worker -> worker.inFlight() == 0));
        for (WorkerProcess worker : living) {
            Scrape scrape = worker.scrape();
            assertThat(scrape.keepsTheLawOfSums()).as(scrape.sums()).isTrue();
        }
        living.forEach(WorkerProcess::close);
        String requests = topology.requests();
        await(
                "a queue that nobody consumes from",
                () -> broker.with(
                        channel -> channel.queueDeclarePassive(requests).getConsumerCount() == 0));
        await(
                "an empty queue",
                () -> broker.with(
                        channel -> channel.queueDeclarePassive(requests).getMessageCount() == 0));
    }

    /** The requests that have dead letters, which are then no more. */
    private Set<String> takeDeadLetters() {
        return broker.with(channel -> {
            Set<String> ids = new TreeSet<>();
            GetResponse letter = channel.basicGet(topology.deadLetters(), true);
            while (letter != null) {
                ids.add(String.valueOf(letter.getProps().getMessageId()));
                letter = channel.basicGet(topology.deadLetters(), true);
            }
            return ids;
        });
    }

    private static void await(String what, BooleanSupplier holds) {
        Waits.until(Waits.LONG_PATIENCE, () -> what, holds);
    }
}
