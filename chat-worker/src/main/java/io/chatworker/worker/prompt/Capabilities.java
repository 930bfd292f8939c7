package io.chatworker.worker.prompt;

import io.chatworker.contracts.ErrorCode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The capabilities that a prompt needs from a model, as Ollama names them. */
public final class Capabilities {

    private static final String THINKING = "thinking";
    private static final String TOOLS = "tools";
    private static final String VISION = "vision";
    /** Sound is given to Ollama in {@code images}, too. */
    private static final String AUDIO = "audio";

    private Capabilities() {}

    /** Empty for a prompt that any model can answer. */
    public static Set<String> needed(Prompt prompt) {
        Set<String> needed = new LinkedHashSet<>();
        if (!Boolean.FALSE.equals(prompt.extras().think())) {
            needed.add(THINKING);
        }
        if (prompt.extras().tools() != null && !prompt.extras().tools().isEmpty()) {
            needed.add(TOOLS);
        }
        if (prompt.turns().stream()
                .anyMatch(turn -> turn.images() != null && !turn.images().isEmpty())) {
            needed.add(VISION);
        }
        return needed;
    }

    /**
     * Rejects a prompt that needs a capability the model lacks, before it costs a generation.
     *
     * @throws Rejection {@code unsupported_by_model} with the first missing capability
     */
    public static void check(Prompt prompt, Set<String> needed, Set<String> there) throws Rejection {
        for (String capability : needed) {
            if (!there.contains(capability) && !(capability.equals(VISION) && there.contains(AUDIO))) {
                throw new Rejection(
                        ErrorCode.UNSUPPORTED_BY_MODEL,
                        "the model '" + prompt.model() + "' does not support " + capability,
                        Map.of("capability", capability, "model", prompt.model()));
            }
        }
    }
}
