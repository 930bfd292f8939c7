package io.chatworker.worker.observe;

import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.ollama.DefaultModel;
import io.chatworker.worker.ollama.Finding;
import io.chatworker.worker.ollama.OllamaGate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The worker's health in the shape of Spring Boot's actuator: a status and, for each component, a status with its
 * reason. Ready means: topology checked, both connections open, Ollama answers, not draining or paused. Where the probe
 * is blind, Ollama is taken to answer until a request shows otherwise, and the health says so.
 */
public final class WorkerHealth {

    private static final String UP = "UP";
    private static final String DOWN = "DOWN";
    private static final String OUT_OF_SERVICE = "OUT_OF_SERVICE";

    private final BrokerConnection consuming;
    private final BrokerConnection publishing;
    private final OllamaGate ollama;
    private final DefaultModel model;
    private final Supplier<@Nullable String> consumeTrouble;
    private final Supplier<@Nullable String> paused;

    /**
     * @param consumeTrouble says why requests are not taken though nothing pauses, or null where they are
     * @param paused says why no requests are taken, or null where they are
     */
    public WorkerHealth(
            BrokerConnection consuming,
            BrokerConnection publishing,
            OllamaGate ollama,
            DefaultModel model,
            Supplier<@Nullable String> consumeTrouble,
            Supplier<@Nullable String> paused) {
        this.consumeTrouble = consumeTrouble;
        this.consuming = consuming;
        this.publishing = publishing;
        this.ollama = ollama;
        this.model = model;
        this.paused = paused;
    }

    public boolean isReady() {
        return status().equals(UP);
    }

    /** All of it. */
    Map<String, Object> health() {
        Map<String, Object> components = new LinkedHashMap<>();
        components.put("rabbit", rabbit());
        components.put("ollama", ollama());
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("status", status());
        String reason = paused.get();
        if (reason != null || !model.isReady()) {
            health.put("reason", reason == null ? model.state() : reason);
        }
        health.put("components", components);
        return health;
    }

    /**
     * Whether this process is worth keeping: an outage elsewhere is no reason to end it.
     *
     * @param stuck what it is stuck with, or null
     */
    static Map<String, Object> liveness(@Nullable String stuck) {
        return stuck == null ? Map.of("status", UP) : Map.of("status", DOWN, "reason", stuck);
    }

    /** Why Ollama is of no use, once that is known; null where it is, or was not asked yet. */
    @Nullable
    String ollamaOutage() {
        Finding finding = ollama.finding();
        return finding.equals(Finding.NOT_ASKED) ? ollama.closedReason() : ollamaTrouble(finding);
    }

    /** Ollama's version, or what is known instead. */
    String ollamaVersion() {
        return ollama.finding().detail();
    }

    boolean isConsuming() {
        return consumeTrouble.get() == null;
    }

    boolean isPublishing() {
        return publishing.isReady();
    }

    boolean isOllamaUp() {
        return ollamaTrouble(ollama.finding()) == null;
    }

    private String status() {
        if (!isBrokerUp() || !isOllamaUp()) {
            return DOWN;
        }
        return paused.get() == null && model.isReady() ? UP : OUT_OF_SERVICE;
    }

    private Map<String, Object> rabbit() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("consume", Objects.requireNonNullElseGet(consumeTrouble.get(), consuming::state));
        details.put("publish", publishing.state());
        String missing = consuming.missing();
        if (missing != null) {
            details.put("missing", missing);
        }
        return component(isBrokerUp(), details);
    }

    private boolean isBrokerUp() {
        return isConsuming() && isPublishing() && consuming.missing() == null;
    }

    private Map<String, Object> ollama() {
        Finding finding = ollama.finding();
        String trouble = ollamaTrouble(finding);
        Map<String, Object> details = new LinkedHashMap<>();
        switch (finding.state()) {
            case FOUND -> details.put("version", finding.detail());
            case BLIND -> details.put("probe", finding.detail());
            case NOT_FOUND -> {}
        }
        if (trouble != null) {
            details.put("reason", trouble);
        }
        details.put("model", model.state());
        return component(trouble == null, details);
    }

    private @Nullable String ollamaTrouble(Finding finding) {
        return finding.state() == Finding.State.NOT_FOUND ? finding.detail() : ollama.closedReason();
    }

    private static Map<String, Object> component(boolean up, Map<String, Object> details) {
        Map<String, Object> component = new LinkedHashMap<>();
        component.put("status", up ? UP : DOWN);
        component.put("details", details);
        return component;
    }
}
