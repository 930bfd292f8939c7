package io.chatworker.cli.talk;

import io.chatworker.cli.talk.Reply.Said;
import io.chatworker.cli.view.DescriptionText;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.Description;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The commands that change what the next questions are asked with. */
final class SettingCommands {

    private static final String DEFAULT = "default";
    private static final List<String> OPTIONS = List.of(
            "temperature=",
            "num_ctx=",
            "num_predict=",
            "seed=",
            "top_k=",
            "top_p=",
            "min_p=",
            "repeat_penalty=",
            "stop=");

    private final ChatSettings settings;
    private final Supplier<List<Description>> workers;

    SettingCommands(ChatSettings settings, Supplier<List<Description>> workers) {
        this.settings = settings;
        this.workers = workers;
    }

    List<Slash> all() {
        return List.of(
                new Slash(
                        "/model",
                        "[NAME]",
                        "the model; alone: all that there are",
                        () -> orDefault(names(SettingCommands::models)),
                        this::model),
                new Slash(
                        "/agent",
                        "[NAME]",
                        "the agent; alone: all that there are",
                        () -> orDefault(names(Description::agents)),
                        this::agent),
                new Slash("/system", "[TEXT]", "a prompt instead of the agent's", this::system),
                new Slash(
                        "/think",
                        "[LEVEL]",
                        "true, false, or a level of thinking",
                        () -> List.of("true", "false", "low", "medium", "high", DEFAULT),
                        this::think),
                new Slash("/option", "[KEY=VALUE]", "an option of Ollama; KEY= drops it", () -> OPTIONS, this::option));
    }

    private Reply model(String name) {
        if (!name.isEmpty()) {
            settings.model = orDefault(name);
            return now("model", settings.model, names(SettingCommands::models), "/model");
        }
        List<Description> known = workers.get();
        String ours = settings.model != null
                ? settings.model
                : known.stream()
                        .map(worker -> worker.defaultModel() + " (the worker's)")
                        .findFirst()
                        .orElse("the worker's");
        List<String> lines = new ArrayList<>(List.of("Model: " + ours));
        known.stream()
                .flatMap(worker -> worker.models().stream())
                .map(DescriptionText::model)
                .distinct()
                .forEach(model -> lines.add("  " + model));
        return new Said(String.join("\n", lines));
    }

    private Reply agent(String name) {
        Set<String> known = names(Description::agents);
        if (!name.isEmpty()) {
            settings.agent = orDefault(name);
            return now("agent", settings.agent, known, "/agent");
        }
        return new Said("Agent: " + (settings.agent == null ? "general" : settings.agent) + "; there are "
                + String.join(", ", known) + ".");
    }

    private Reply system(String text) {
        if (!text.isEmpty()) {
            settings.system = orDefault(text);
            return now("system prompt", settings.system == null ? "the agent's" : settings.system);
        }
        return new Said("System prompt: " + (settings.system == null ? "the agent's" : settings.system));
    }

    private Reply think(String level) {
        if (!level.isEmpty()) {
            settings.think = orDefault(level);
            return now("think", settings.think);
        }
        return new Said("Think: " + (settings.think == null ? "as the worker has it" : settings.think));
    }

    private Reply option(String pair) {
        int equals = pair.indexOf('=');
        if (pair.isEmpty()) {
            return new Said(
                    settings.options.isEmpty()
                            ? "No options: the worker's hold."
                            : "Options: " + settings.optionsText());
        }
        if (equals < 1) {
            return new Said("An option is KEY=VALUE, such as temperature=0.2.");
        }
        String key = pair.substring(0, equals).strip();
        String value = pair.substring(equals + 1).strip();
        if (value.isEmpty()) {
            settings.options.remove(key);
            return now(key, null);
        }
        settings.options.put(key, Json.valueOrText(value));
        return now(key, value);
    }

    private static List<String> models(Description worker) {
        return worker.models().stream().map(Description.Model::name).toList();
    }

    private Set<String> names(Function<Description, List<String>> of) {
        Set<String> names = new TreeSet<>();
        workers.get().forEach(worker -> names.addAll(of.apply(worker)));
        return names;
    }

    private static List<String> orDefault(Set<String> names) {
        return Stream.concat(Stream.of(DEFAULT), names.stream()).toList();
    }

    private static @Nullable String orDefault(String word) {
        return word.equals(DEFAULT) ? null : word;
    }

    /** Says so where the workers know others, but not this one; a model may be named without its tag. */
    private static Reply now(String what, @Nullable String name, Set<String> known, String lists) {
        boolean strange = name != null
                && !known.isEmpty()
                && known.stream().noneMatch(it -> it.equalsIgnoreCase(name) || it.equalsIgnoreCase(name + ":latest"));
        return now(what, strange ? name + " (no worker has it now; " + lists + " lists what there is)" : name);
    }

    private static Reply now(String what, @Nullable String value) {
        return new Said("From now on " + what + ": " + (value == null ? "the worker's own." : value));
    }
}
