package io.chatworker.worker.observe;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The names of models as labels, so few that no sender can make series without end: a model that is installed, or has
 * answered, goes by its name in one spelling, anything else is {@link #OTHER}. Safe for any thread.
 */
public final class ModelLabels {

    static final String OTHER = "other";
    private static final int MOST = 50;
    private static final String LATEST = ":latest";

    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final Predicate<String> installed;
    private final String defaultModel;

    /** {@code installed} is asked about models of requests, on the chats' threads, and must not wait. */
    public ModelLabels(String defaultModel, Predicate<String> installed) {
        this.installed = installed;
        this.defaultModel = answered(defaultModel);
    }

    /** The label of the model that requests get by default. */
    String ofDefault() {
        return defaultModel;
    }

    /** The label of a model that somebody asked for. */
    String of(String model) {
        String name = spelt(model);
        return names.contains(name) ? name : installed.test(model) ? answered(model) : OTHER;
    }

    /** The label of a model that has answered, and so exists. */
    String answered(String model) {
        String name = spelt(model);
        if (names.size() < MOST) {
            names.add(name);
        }
        return names.contains(name) ? name : OTHER;
    }

    private static String spelt(String model) {
        String name = model.strip().toLowerCase(Locale.ROOT);
        return name.endsWith(LATEST) ? name.substring(0, name.length() - LATEST.length()) : name;
    }
}
