package io.chatworker.worker.prompt;

import io.chatworker.worker.settings.Glob;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which models requests may name. Names are compared like Ollama does: in lower case, with {@code :latest} if there is
 * no tag. A model that runs elsewhere ({@code :cloud}, {@code -cloud}) matches only a pattern with that ending.
 */
public record ModelRules(List<Glob> allowed) {

    /** Ollama trims a name, and the part after its last colon, before it decides where the model runs. */
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    public boolean allows(String model) {
        String name = canonical(model);
        String bare = model.toLowerCase(Locale.ROOT);
        return allowed.stream().anyMatch(glob -> matches(glob, name, bare));
    }

    /** The name in lower case with its tag. */
    public static String canonical(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
    }

    private static boolean matches(Glob glob, String name, String bare) {
        if (isCloud(bare) && !isCloud(glob.text())) {
            return false;
        }
        String text = glob.text();
        boolean tagged = text.indexOf(':', text.lastIndexOf('/') + 1) >= 0 || text.endsWith("*");
        return (tagged ? glob : new Glob(text + ":latest")).matches(name) || (isCloud(bare) && glob.matches(bare));
    }

    /** Whether the model runs elsewhere, by its name in lower case. */
    public static boolean isCloud(String name) {
        String bare = WHITE_SPACE.matcher(name).replaceAll("");
        return bare.endsWith(":cloud") || bare.endsWith("-cloud");
    }
}
