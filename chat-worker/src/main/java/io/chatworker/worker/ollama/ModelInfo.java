package io.chatworker.worker.ollama;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Ollama tells of a model.
 *
 * @param capabilities {@code completion}, {@code tools}, {@code thinking}, {@code vision} …; null where it tells none
 * @param contextLength the length it was trained for; null where it tells none
 */
public record ModelInfo(
        @Nullable Set<String> capabilities, @Nullable Long contextLength) {

    /** Of which nothing is known. */
    public static final ModelInfo UNKNOWN = new ModelInfo(null, null);
}
