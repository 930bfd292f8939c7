package io.chatworker.worker.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.Waits;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class MetersTest {

    @Test
    void whatIsKeptElsewhereIsStillCountedAfterACollection() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Meters meters = new Meters(registry);
        LongAdder nacks = new LongAdder();
        meters.counter(Metric.PUBLISH_NACKS, nacks::sum);
        meters.gauge(Metric.PUBLISH_UNCONFIRMED, nacks::sum);
        nacks.add(3);

        WeakReference<Object> collected = new WeakReference<>(new Object());
        Waits.until("a collection", () -> {
            System.gc();
            return collected.get() == null;
        });

        assertThat(registry.scrape()).contains("chat_publish_nacks_total 3.0", "chat_publish_unconfirmed 3.0");
    }
}
