package io.chatworker.worker.observe;

import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.intake.PauseReason;
import io.chatworker.worker.intake.Pauses;
import io.chatworker.worker.publish.EventPublisher;
import io.chatworker.worker.publish.PublishCounts;
import io.chatworker.worker.tools.Tools;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** What is measured of the worker beside its chats: read from where it is kept, when somebody scrapes. */
public final class WorkerMetrics {

    private final Meters meters;

    public WorkerMetrics(MeterRegistry registry) {
        this.meters = new Meters(registry);
        meters.gauge(Metric.RESIDENT_MEMORY, ResidentMemory::bytes);
    }

    /** Which build this is, and which worker. */
    public void identity(Build build, String worker, String namespace, String queue) {
        meters.gauge(Metric.BUILD, () -> 1, build.version(), build.commit(), Integer.toString(build.contractVersion()));
        meters.gauge(Metric.WORKER, () -> 1, worker, namespace, queue);
    }

    public void watch(EventPublisher publisher) {
        PublishCounts counts = publisher.counts();
        meters.counter(Metric.CHUNKS_PUBLISHED, counts.chunks::sum);
        meters.counter(Metric.EVENTS_UNROUTABLE, counts.unroutable::sum);
        meters.counter(Metric.EVENTS_RETURNED, counts.returned::sum);
        meters.counter(Metric.PUBLISH_NACKS, counts.nacked::sum);
        meters.counter(Metric.PUBLISH_RESENT, counts.resent::sum);
        meters.counter(Metric.BROKER_BLOCKED, publisher::secondsBlocked);
        meters.gauge(Metric.PUBLISH_UNCONFIRMED, publisher::unconfirmed);
    }

    public void watch(Tools tools) {
        meters.counter(Metric.TOOL_RESULTS_DROPPED, tools.dropped()::sum);
    }

    public void watch(BrokerConnection consuming, BrokerConnection publishing, WorkerHealth health) {
        flag(Metric.BROKER_CONNECTED, health::isConsuming, "consume");
        flag(Metric.BROKER_CONNECTED, health::isPublishing, "publish");
        flag(Metric.OLLAMA_UP, health::isOllamaUp);
        meters.counter(Metric.BROKER_RECONNECTS, consuming::reconnects, "consume");
        meters.counter(Metric.BROKER_RECONNECTS, publishing::reconnects, "publish");
    }

    public void watch(Pauses pauses) {
        for (PauseReason reason : PauseReason.values()) {
            String label = reason.name().toLowerCase(Locale.ROOT);
            flag(Metric.INTAKE_PAUSED, () -> pauses.isFor(reason), label);
            meters.counter(Metric.INTAKE_PAUSES, () -> pauses.times(reason), label);
        }
        flag(Metric.INTAKE_PAUSED, pauses::isDraining, "draining");
    }

    private void flag(Metric metric, BooleanSupplier holds, String... labels) {
        meters.gauge(metric, () -> holds.getAsBoolean() ? 1 : 0, labels);
    }
}
