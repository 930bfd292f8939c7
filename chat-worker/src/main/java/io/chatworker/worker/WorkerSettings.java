package io.chatworker.worker;

import io.chatworker.worker.broker.BrokerSettings;
import io.chatworker.worker.decode.DecodeSettings;
import io.chatworker.worker.intake.IntakeSettings;
import io.chatworker.worker.observe.Build;
import io.chatworker.worker.observe.ManagementSettings;
import io.chatworker.worker.observe.TraceSettings;
import io.chatworker.worker.observe.Traces;
import io.chatworker.worker.observe.WorkerLog;
import io.chatworker.worker.ollama.GateSettings;
import io.chatworker.worker.ollama.OllamaSettings;
import io.chatworker.worker.prompt.PromptSettings;
import io.chatworker.worker.publish.PublishSettings;
import io.chatworker.worker.run.RunSettings;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.tools.ToolSettings;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A worker's name and all its settings, each package's in a record of its own.
 *
 * @param unknown a sentence for each variable that looks like a setting and is none
 */
record WorkerSettings(
        String worker,
        BrokerSettings broker,
        IntakeSettings intake,
        DecodeSettings decode,
        RunSettings run,
        PromptSettings prompt,
        OllamaSettings ollama,
        GateSettings gate,
        PublishSettings publish,
        ToolSettings tools,
        ManagementSettings management,
        LogFormat logFormat,
        TraceSettings traces,
        List<String> unknown) {

    /** Together below what RabbitMQ lets a delivery wait ({@code x-consumer-timeout}, 30 min). */
    private static final Duration MOST_UNACKED = Duration.ofMinutes(25);

    /**
     * Reads and checks them all.
     *
     * @throws io.chatworker.worker.settings.InvalidSettings naming every bad variable and what it accepts
     */
    static WorkerSettings from(Map<String, String> variables) {
        Env env = new Env(variables);
        BrokerSettings broker = BrokerSettings.from(env);
        WorkerSettings settings = new WorkerSettings(
                WorkerName.from(env),
                broker,
                IntakeSettings.from(env, broker.topology()),
                DecodeSettings.from(env, broker.topology()),
                RunSettings.from(env),
                PromptSettings.from(env),
                OllamaSettings.from(env),
                GateSettings.from(env),
                PublishSettings.from(env),
                ToolSettings.from(env),
                ManagementSettings.from(env),
                env.choice("LOG_FORMAT", LogFormat.TEXT, LogFormat::wire),
                TraceSettings.from(env),
                env.unknown());
        Duration unacked = settings.run.maxDuration().plus(settings.intake.drainTimeout());
        if (unacked.compareTo(MOST_UNACKED) > 0) {
            env.problem("CHAT_MAX_DURATION and CHAT_DRAIN_TIMEOUT must be at most " + MOST_UNACKED.toMinutes()
                    + "m together: RabbitMQ takes a request back after 30m");
        }
        env.check();
        return settings;
    }

    /** Who the worker is, for its log. */
    WorkerLog.Introduction introduction(Build build, int managementPort) {
        return new WorkerLog.Introduction(
                ("chat-worker %s (%s) starts as %s: RabbitMQ at %s, namespace %s, queue %s; Ollama at %s, model %s,"
                                + " concurrency %d; management port %d")
                        .formatted(
                                build.version(),
                                build.shortCommit(),
                                worker,
                                broker.nodes().all().stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining(", ")),
                                broker.topology().namespace(),
                                intake.pool().queue(),
                                ollama.shown(),
                                prompt.defaultModel(),
                                intake.concurrency(),
                                managementPort),
                unknown);
    }

    /** Where the spans of this worker's traces belong. */
    Traces.Place place() {
        return new Traces.Place(
                worker, intake.pool().queue(), broker.topology().completions(), URI.create(ollama.shown()));
    }

    /** The limits that a worker tells of itself. */
    Map<String, Object> limits() {
        Map<String, Object> limits = new LinkedHashMap<>();
        limits.put("max_message_chars", decode.maxMessageChars());
        limits.put("max_request_bytes", decode.maxRequestBytes());
        limits.put("max_event_bytes", publish.maxEventBytes());
        limits.put("max_duration_ms", run.maxDuration().toMillis());
        limits.put("max_attempts", run.maxAttempts());
        limits.put("max_num_ctx", prompt.maxNumCtx());
        limits.put("max_num_predict", prompt.maxNumPredict());
        limits.put("history_max_messages", prompt.historyMaxMessages());
        limits.put("max_tool_rounds", tools.maxRounds());
        limits.put("tool_timeout_ms", tools.timeout().toMillis());
        limits.put("max_tool_result_bytes", tools.maxResultBytes());
        return limits;
    }
}
