package io.chatworker.worker.observe;

import io.chatworker.contracts.Contract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Which build this is; from classes alone, without the jar's own notes, all but the contract is {@code unknown}.
 *
 * @param commit of the source, 40 hexadecimal digits
 * @param time when it was built, RFC 3339
 */
public record Build(String version, String commit, String time, int contractVersion) {

    private static final String NOTES = "/META-INF/build-info.properties";
    private static final String UNKNOWN = "unknown";

    /** The one that runs. */
    public static Build current() {
        return of(Build.class.getResourceAsStream(NOTES));
    }

    /** By the notes that Boot's {@code build-info} writes; they are closed. */
    static Build of(@Nullable InputStream notes) {
        Properties properties = new Properties();
        try (notes) {
            if (notes != null) {
                properties.load(notes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Build(
                properties.getProperty("build.version", "development"),
                properties.getProperty("build.commit", UNKNOWN),
                properties.getProperty("build.time", UNKNOWN),
                Contract.VERSION);
    }

    /** As {@code /actuator/info} tells it. */
    public Map<String, Object> info() {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("artifact", "chat-worker");
        info.put("version", version);
        info.put("commit", commit);
        info.put("time", time);
        return info;
    }

    /** The commit as people write it. */
    public String shortCommit() {
        return commit.substring(0, Math.min(commit.length(), 9));
    }
}
