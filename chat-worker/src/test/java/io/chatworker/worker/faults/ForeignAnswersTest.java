package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.Waits;
import io.chatworker.worker.testing.WorkerProcess;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Something between worker and Ollama that answers in its place: nothing innocent is punished. */
@Law({2, 5})
class ForeignAnswersTest {

    @RegisterExtension
    static final Scene scene = new Scene();

    /** As while a container restarts behind its proxy: an outage, whatever the page says. */
    @Test
    void aProxysPageForEverything() {
        everythingAnswered(ForeignPages.NOT_FOUND, "a proxy's 404 page for everything");
    }

    @Test
    @Tag("faults")
    void aRedirectToALoginForEverything() {
        everythingAnswered(ForeignPages.LOGIN, "a redirect to a login for everything");
    }

    @Test
    @Tag("faults")
    void aGatewaysTimeoutForEverything() {
        everythingAnswered(ForeignPages.GATEWAY_TIMEOUT, "a gateway's 504 for everything");
    }

    @Test
    @Tag("faults")
    void aPageUnder200ForEverything() {
        everythingAnswered(ForeignPages.MAINTENANCE, "a page under 200 for everything");
    }

    private static void everythingAnswered(ScriptedAnswer page, String fault) {
        WorkerProcess worker = scene.startWorker();
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(10);
        traffic.awaitMidStream();

        scene.ollama().isBehind(page);
        worker.awaitPrinted("intake pauses");
        Waits.last(Duration.ofSeconds(3));
        scene.ollama().isBehind(null);
        traffic.awaitEnded(10);

        FaultResult result = scene.verify(fault + ", 3 s");
        assertThat(result.failed()).isZero();
        assertThat(result.duplicated()).isZero();
    }

    /** The probe finds Ollama, so it is each request's own affair: nobody else waits. */
    @Test
    @Tag("faults")
    void aFirewallThatBlocksEveryFifthRequest() {
        WorkerProcess worker = scene.startWorker();
        scene.answers().answeredBetween(number -> number % 5 == 4 ? ForeignPages.FORBIDDEN : null);
        Traffic traffic = scene.load(10);
        traffic.awaitEnded(40);
        traffic.load().close();

        FaultResult result =
                scene.verifyWithFailures("a firewall's 403 for every fifth request", ErrorCode.OLLAMA_REJECTED);
        assertThat(result.failed()).isEqualTo(result.sent() / 5);
        assertThat(result.redelivered()).isZero();
        assertThat(worker.output()).noneMatch(line -> line.contains("intake pauses"));
    }

    @Test
    @Tag("faults")
    void aGatewayThatFailsEachRequestsFirstTry() {
        WorkerProcess worker = scene.startWorker();
        Set<Integer> tried = ConcurrentHashMap.newKeySet();
        scene.answers().answeredBetween(number -> tried.add(number) ? firstTry(number) : null);
        Traffic traffic = scene.load(5);
        traffic.awaitEnded(30);

        FaultResult result = scene.verify("504 or a page under 200 for each request's first try");
        assertThat(result.failed()).isZero();
        assertThat(worker.output()).noneMatch(line -> line.contains("intake pauses"));
    }

    private static ScriptedAnswer firstTry(int number) {
        return number % 2 == 0 ? ForeignPages.GATEWAY_TIMEOUT : ForeignPages.MAINTENANCE;
    }
}
