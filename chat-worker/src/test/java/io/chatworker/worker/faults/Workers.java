package io.chatworker.worker.faults;

import io.chatworker.worker.testing.WorkerProcess;
import java.util.ArrayList;
import java.util.List;

/** The worker processes of a test. */
final class Workers {

    private final List<WorkerProcess> all = new ArrayList<>();

    WorkerProcess add(WorkerProcess worker) {
        all.add(worker);
        return worker;
    }

    List<WorkerProcess> living() {
        return all.stream().filter(WorkerProcess::isAlive).toList();
    }

    /** What they printed beyond the usual. */
    List<String> complaints() {
        return all.stream()
                .flatMap(worker -> worker.output().stream())
                .filter(line -> !line.contains(" INFO "))
                .toList();
    }

    /** Kills them; {@code tell}: after all they printed went into the test's own output, as it is gone with them. */
    void end(boolean tell) {
        for (WorkerProcess worker : all) {
            if (tell) {
                System.out.println(String.join("\n", worker.output()));
            }
            worker.close();
        }
        all.clear();
    }
}
