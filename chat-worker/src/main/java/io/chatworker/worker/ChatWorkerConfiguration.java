package io.chatworker.worker;

import io.chatworker.contracts.Contract;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.broker.BrokerConnection;
import io.chatworker.worker.broker.LargeBody;
import io.chatworker.worker.broker.RabbitTopology;
import io.chatworker.worker.control.Cancellations;
import io.chatworker.worker.control.ControlListener;
import io.chatworker.worker.control.ControlQueue;
import io.chatworker.worker.control.Describer;
import io.chatworker.worker.control.SelfDescription;
import io.chatworker.worker.decode.CommandDecoder;
import io.chatworker.worker.decode.RequestDecoder;
import io.chatworker.worker.intake.DeadLetters;
import io.chatworker.worker.intake.InFlight;
import io.chatworker.worker.intake.Intake;
import io.chatworker.worker.intake.PauseReason;
import io.chatworker.worker.intake.Pauses;
import io.chatworker.worker.intake.RequestConsumer;
import io.chatworker.worker.intake.RequestListener;
import io.chatworker.worker.observe.Build;
import io.chatworker.worker.observe.ChatMetrics;
import io.chatworker.worker.observe.LoggedChat;
import io.chatworker.worker.observe.ManagementServer;
import io.chatworker.worker.observe.ModelLabels;
import io.chatworker.worker.observe.Neighbours;
import io.chatworker.worker.observe.Standstill;
import io.chatworker.worker.observe.Traces;
import io.chatworker.worker.observe.WorkerHealth;
import io.chatworker.worker.observe.WorkerLog;
import io.chatworker.worker.observe.WorkerMetrics;
import io.chatworker.worker.ollama.DefaultModel;
import io.chatworker.worker.ollama.LoadedModels;
import io.chatworker.worker.ollama.ModelCatalog;
import io.chatworker.worker.ollama.ModelStore;
import io.chatworker.worker.ollama.OllamaClient;
import io.chatworker.worker.ollama.OllamaGate;
import io.chatworker.worker.prompt.Agents;
import io.chatworker.worker.prompt.ModelRules;
import io.chatworker.worker.prompt.PromptBuilder;
import io.chatworker.worker.prompt.Summaries;
import io.chatworker.worker.publish.CallSend;
import io.chatworker.worker.publish.EventPublisher;
import io.chatworker.worker.publish.Publishing;
import io.chatworker.worker.run.AttemptDesk;
import io.chatworker.worker.run.ChatDesk;
import io.chatworker.worker.run.ChatListener;
import io.chatworker.worker.run.CheckedPrompts;
import io.chatworker.worker.run.OtherWorkers;
import io.chatworker.worker.run.StopReason;
import io.chatworker.worker.run.SuspectLane;
import io.chatworker.worker.run.ToolCourier;
import io.chatworker.worker.tools.Tools;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Wires the worker, in the order in which data goes through it: broker, publish, ollama, prompt, tools, run, intake, observe.
 * Over 300 lines, because it is the one place where objects of different packages meet.
 */
@Configuration(proxyBeanMethods = false)
class ChatWorkerConfiguration {

    /** A tool call comes back in a history, one level deeper than in Ollama's line, and requests have 64 at most. */
    private static final int MAX_DEPTH = 63;

    /** Who observes the chats, in the order in which they hear of each. */
    record Observers(List<Supplier<ChatListener>> all) {}

    @Bean
    JsonMapper mapper() {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .build())
                        .build())
                // Keys in the order of the contract; numbers as they came.
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService timer() {
        return new WorkerTimer();
    }

    @Bean
    RabbitTopology topology(WorkerSettings settings) {
        return new RabbitTopology(settings.broker(), settings.intake().pool());
    }

    @Bean
    EventPublisher publisher(WorkerSettings settings, RabbitTopology topology, ScheduledExecutorService timer) {
        return new EventPublisher(
                settings.worker(),
                settings.broker(),
                topology,
                settings.publish(),
                settings.intake().concurrency(),
                timer);
    }

    @Bean
    OllamaClient ollama(WorkerSettings settings, JsonMapper mapper) {
        return new OllamaClient(settings.ollama(), mapper);
    }

    @Bean
    OllamaGate gate(WorkerSettings settings, OllamaClient ollama) {
        return new OllamaGate(ollama, settings.gate());
    }

    @Bean
    ChatMetrics metrics(WorkerSettings settings, PrometheusMeterRegistry registry, ModelCatalog models) {
        return new ChatMetrics(
                registry,
                settings.intake().concurrency(),
                new ModelLabels(settings.prompt().defaultModel(), models::isInstalled));
    }

    @Bean
    ModelCatalog models(OllamaClient ollama) {
        return new ModelCatalog(ollama, InstantSource.system());
    }

    @Bean
    Agents agents(WorkerSettings settings) {
        return new Agents(settings.prompt().agentsDir());
    }

    @Bean
    PromptBuilder prompts(WorkerSettings settings, Agents agents) {
        return new PromptBuilder(settings.prompt(), agents);
    }

    @Bean
    Summaries summaries(WorkerSettings settings, Agents agents) {
        return new Summaries(settings.prompt(), agents);
    }

    @Bean
    Publishing publishing(
            WorkerSettings settings, EventPublisher publisher, JsonMapper mapper, ScheduledExecutorService timer) {
        return new Publishing(publisher, settings.broker().topology(), settings.publish(), mapper, timer);
    }

    @Bean
    OtherWorkers others(WorkerSettings settings, Publishing publishing, ScheduledExecutorService timer) {
        return new OtherWorkers(settings.worker(), settings.intake().pool().queue(), publishing, timer);
    }

    @Bean
    AttemptDesk attempts(
            WorkerSettings settings,
            OllamaClient ollama,
            Publishing publishing,
            ScheduledExecutorService timer,
            JsonMapper mapper) {
        return new AttemptDesk(settings.worker(), ollama, new LoadedModels(ollama), publishing, timer, mapper);
    }

    /** Traces come first: the log names the trace that they have begun. */
    @Bean
    Observers observers(ObjectProvider<Traces> traces, ChatMetrics metrics) {
        Stream<Supplier<ChatListener>> exported = traces.stream().map(some -> some::newListener);
        return new Observers(Stream.concat(exported, Stream.of(metrics::newListener, LoggedChat::new))
                .toList());
    }

    @Bean
    Tools tools(WorkerSettings settings, EventPublisher publisher, JsonMapper mapper, ScheduledExecutorService timer) {
        Topology names = settings.broker().topology();
        CallSend send =
                new CallSend(publisher, names, mapper, timer, settings.tools().timeout());
        return new Tools(settings.tools(), names, settings.worker(), new ToolCourier(send), mapper);
    }

    @Bean
    ChatDesk desk(
            WorkerSettings settings,
            PromptBuilder prompts,
            Summaries summaries,
            ModelCatalog models,
            OllamaGate gate,
            OtherWorkers others,
            AttemptDesk attempts,
            Tools tools,
            Observers observers) {
        return new ChatDesk(
                settings.run(),
                new CheckedPrompts(prompts, summaries, models),
                gate,
                new SuspectLane(settings.intake().concurrency()),
                others,
                attempts,
                tools,
                observers.all());
    }

    @Bean
    InFlight inFlight() {
        return new InFlight();
    }

    @Bean
    Pauses pauses(OllamaGate gate, EventPublisher publisher) {
        return new Pauses(Map.of(
                PauseReason.OLLAMA, gate::closedReason,
                PauseReason.BROKER, publisher::blockedReason));
    }

    @Bean
    Cancellations cancellations(WorkerSettings settings) {
        return new Cancellations(settings.intake().cancelMemory(), InstantSource.system());
    }

    @Bean
    ControlQueue control(
            WorkerSettings settings,
            Publishing publishing,
            ModelCatalog models,
            Agents agents,
            Cancellations cancellations,
            InFlight inFlight,
            Pauses pauses,
            OtherWorkers others,
            ScheduledExecutorService timer,
            JsonMapper mapper) {
        SelfDescription self = new SelfDescription(
                new SelfDescription.Fixed(
                        settings.worker(),
                        settings.intake().pool().queue(),
                        Build.current().version(),
                        settings.prompt().defaultModel(),
                        settings.intake().concurrency(),
                        settings.limits()),
                new ModelRules(settings.prompt().allowedModels()),
                agents,
                models,
                inFlight::size,
                pauses::why);
        ControlListener listener = new ControlListener(
                new CommandDecoder(),
                cancellations,
                which -> inFlight.stopChats(which, StopReason.CANCELLED),
                new Describer(
                        settings.decode(), self, settings.broker().topology().control(), publishing, mapper),
                others);
        return new ControlQueue(settings.broker().topology().control(), settings.worker(), listener, timer);
    }

    @Bean
    RequestListener listener(
            WorkerSettings settings,
            ChatDesk desk,
            InFlight inFlight,
            Cancellations cancellations,
            Publishing publishing,
            JsonMapper mapper) {
        return new RequestListener(
                new RequestDecoder(settings.decode(), mapper),
                desk,
                inFlight,
                cancellations,
                new DeadLetters(
                        settings.broker().topology(),
                        settings.worker(),
                        settings.intake().pool().queue(),
                        publishing::frameMax));
    }

    @Bean
    Intake intake(
            WorkerSettings settings,
            RabbitTopology topology,
            RequestListener listener,
            InFlight inFlight,
            Pauses pauses,
            ControlQueue control,
            Tools tools,
            OllamaGate gate,
            EventPublisher publisher,
            ScheduledExecutorService timer) {
        RequestConsumer consumer = new RequestConsumer(settings.intake(), topology, listener, inFlight, pauses, timer);
        long maxBodyBytes = LargeBody.limit(
                settings.decode().maxRequestBytes(), settings.intake().concurrency());
        BrokerConnection connection = BrokerConnection.limited(
                settings.worker() + " consume",
                settings.broker(),
                maxBodyBytes,
                opened -> {
                    topology.ensure(opened);
                    control.listen(opened);
                    tools.replies().listen(opened);
                    consumer.opened(opened);
                },
                opened -> {
                    tools.replies().check(opened);
                    String missing = topology.check(opened);
                    String deaf = control.check(opened);
                    return missing == null ? deaf : missing;
                });
        Intake intake = new Intake(settings.intake(), connection, consumer, control, inFlight, pauses);
        gate.onChanged(() -> Thread.startVirtualThread(intake::recheck));
        publisher.onBlocked(intake::recheck);
        return intake;
    }

    @Bean
    PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        return registry;
    }

    @Bean
    JvmGcMetrics gcMetrics(PrometheusMeterRegistry registry) {
        JvmGcMetrics metrics = new JvmGcMetrics();
        metrics.bindTo(registry);
        return metrics;
    }

    @Bean
    DefaultModel defaultModel(WorkerSettings settings, OllamaClient ollama) {
        return new DefaultModel(
                settings.prompt().defaultModel(),
                settings.prompt().defaultNumCtx(),
                settings.ollama(),
                new ModelStore(ollama));
    }

    @Bean
    WorkerHealth health(Intake intake, Pauses pauses, EventPublisher publisher, OllamaGate gate, DefaultModel model) {
        return new WorkerHealth(intake.connection(), publisher.connection(), gate, model, intake::trouble, pauses::why);
    }

    @Bean
    WorkerMetrics workerMetrics(
            WorkerSettings settings,
            PrometheusMeterRegistry registry,
            EventPublisher publisher,
            Tools tools,
            Intake intake,
            Pauses pauses,
            WorkerHealth health) {
        WorkerMetrics metrics = new WorkerMetrics(registry);
        metrics.identity(
                Build.current(),
                settings.worker(),
                settings.broker().topology().namespace(),
                settings.intake().pool().queue());
        metrics.watch(publisher);
        metrics.watch(tools);
        metrics.watch(intake.connection(), publisher.connection(), health);
        metrics.watch(pauses);
        return metrics;
    }

    @Bean
    Neighbours neighbours(
            Intake intake, EventPublisher publisher, WorkerHealth health, ChatMetrics metrics, OllamaClient ollama) {
        return new Neighbours(intake, publisher, health, metrics, ollama.host());
    }

    @Bean
    Standstill standstill(WorkerSettings settings, Neighbours neighbours) {
        return neighbours.standstill(settings.run().maxDuration());
    }

    @Bean
    WorkerLog workerLog(
            WorkerSettings settings,
            Neighbours neighbours,
            Standstill standstill,
            ManagementServer management,
            ScheduledExecutorService timer) {
        return new WorkerLog(settings.introduction(Build.current(), management.port()), neighbours, standstill, timer);
    }

    @Bean
    ManagementServer management(
            WorkerSettings settings,
            WorkerHealth health,
            Standstill standstill,
            PrometheusMeterRegistry registry,
            JsonMapper mapper) {
        Map<String, Object> info = Map.of(
                "build", Build.current().info(), "worker", settings.worker(), "contract_version", Contract.VERSION);
        return new ManagementServer(settings.management().port(), health, standstill, registry, info, mapper);
    }

    @Bean
    WorkerLifecycle lifecycle(
            EventPublisher publisher,
            Intake intake,
            OllamaGate gate,
            DefaultModel model,
            ManagementServer management,
            WorkerLog log) {
        return new WorkerLifecycle(publisher, intake, gate, model, management, log);
    }
}
