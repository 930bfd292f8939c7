package io.chatworker.cli;

import io.chatworker.cli.talk.ChatSettings;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.ChatRequestBuilder;
import io.chatworker.contracts.Contract;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a request; the same for one question and for a conversation. */
final class RequestOptions {

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec spec;

    @Option(names = "--model", paramLabel = "NAME", description = "The model; default: the worker's.")
    @Nullable
    String model;

    @Option(names = "--system", paramLabel = "TEXT", description = "A system prompt instead of the agent's.")
    @Nullable
    String system;

    @Option(names = "--agent", paramLabel = "NAME", description = "The agent; default: general.")
    @Nullable
    String agent;

    @Option(
            names = "--think",
            paramLabel = "LEVEL",
            description =
                    "--think or --think=LEVEL: whether a thinking model thinks (true, false, or one of its levels).")
    @Nullable
    String think;

    @Option(
            names = "--option",
            paramLabel = "KEY=VALUE",
            description = "An option of Ollama, such as temperature=0; repeatable.")
    Map<String, String> options = new LinkedHashMap<>();

    @Option(names = "--conversation", paramLabel = "ID", description = "The conversation's id; default: a new one.")
    @Nullable
    String conversation;

    @Option(names = "--continue", description = "Go on with the last conversation and its settings.")
    boolean goOn;

    @Option(names = "--tool", paramLabel = "NAME", description = "A tool that serve-tool offers; repeatable.")
    List<String> toolNames = new ArrayList<>();

    @Option(
            names = "--tool-rounds",
            paramLabel = "N",
            defaultValue = "8",
            converter = Count.class,
            description = "How often the model may call tools in one answer; default: ${DEFAULT-VALUE}.")
    int toolRounds = 8;

    private final List<Map<String, Object>> tools = new ArrayList<>();

    @Option(names = "--no-stream", description = "Print the answer only when it is complete.")
    boolean noStream;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "20m",
            description = "Give up after this time, such as 90s or 5m; default: ${DEFAULT-VALUE}.")
    Duration timeout = Duration.ofMinutes(20);

    @Option(names = "--json", description = "Every event as a line of JSON.")
    boolean json;

    @Option(names = "--note", hidden = true, description = "What a person should know about the answers; said once.")
    String note = "";

    /** Checks them before anything is sent, and reads the tools' schemas. */
    void check(Io io) throws IOException {
        check();
        for (String name : toolNames) {
            tools.add(ServeTool.folder(io).tool(name));
        }
    }

    /** Without reading anything. */
    void check() {
        if (conversation != null && !Contract.isId(conversation)) {
            throw wrong("--conversation", "an id is 1 to 64 letters, digits, '_' and '-'");
        }
    }

    private ParameterException wrong(String option, String why) {
        return new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "Invalid value for option '" + option + "': " + why);
    }

    void tellNote(Io io) {
        if (!note.isEmpty()) {
            io.say(note);
        }
    }

    /** Lays what is given here over the settings. */
    void apply(ChatSettings settings) {
        settings.model = model == null ? settings.model : model;
        settings.system = system == null ? settings.system : system;
        settings.agent = agent == null ? settings.agent : agent;
        settings.think = think == null ? settings.think : think;
        options.forEach((key, value) -> settings.options.put(key, Json.valueOrText(value)));
    }

    /** A request with these settings, to which its turns are to be added. */
    ChatRequestBuilder request(ChatSettings settings) {
        ChatRequestBuilder request = ChatRequest.builder()
                .model(settings.model)
                .agent(settings.agent)
                .system(settings.system)
                .think(settings.thinkValue())
                .options(settings.generationOptions());
        if (!tools.isEmpty()) {
            request.tools(tools).toolRounds(toolRounds);
        }
        return noStream ? request.stream(false) : request;
    }
}
