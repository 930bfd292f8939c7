package io.chatworker.worker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.WorkerProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two builds of the worker on one queue. */
@Tag("faults")
class UpgradeTest {

    @RegisterExtension
    static final Scene scene = new Scene();

    private static final String FORMER = System.getProperty("faults.former", "");

    @BeforeAll
    static void needsTheFormerBuild() {
        assumeTrue(!FORMER.isEmpty(), "ops/test --faults builds it; else -Dfaults.former=<jar of another build>");
    }

    @Law(8)
    @Test
    void theFormerBuildIsReplacedUnderLoad() {
        Map<String, String> variables = scene.variables("CHAT_WORKER_NAME", "former");
        WorkerProcess former =
                scene.add(WorkerProcess.startJar(Path.of(FORMER), variables)).ready();
        Traffic traffic = scene.load(15);
        traffic.awaitEnded(10);

        scene.startWorker("CHAT_WORKER_NAME", "current");
        traffic.awaitEnded(30);
        former.terminate();
        assertThat(former.awaitExit()).isIn(0, 143);
        traffic.awaitEnded(10);

        FaultResult result = scene.verify("former build replaced by this one, both on one queue");
        assertThat(traffic.answeredBy()).containsExactlyInAnyOrder("former", "current");
        assertThat(result.duplicated()).isZero();
    }
}
