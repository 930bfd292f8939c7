package io.chatworker.worker.ollama;

import io.chatworker.client.Tls;
import io.chatworker.settings.OllamaHeader;
import io.chatworker.settings.OllamaHost;
import io.chatworker.worker.settings.Env;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Where Ollama is and how long its silences may be.
 *
 * @param headers go with every request, beside the key
 * @param tls null where the JVM's own trust will do
 * @param firstTokenTimeout from the call to the first token; loading a model and reading the prompt fall into it
 * @param idleTimeout between two lines after that
 * @param preload load the default model at start
 * @param pull fetch the default model where it is missing
 */
public record OllamaSettings(
        HttpUrl host,
        @Nullable String apiKey,
        List<OllamaHeader> headers,
        @Nullable Tls tls,
        Duration connectTimeout,
        Duration firstTokenTimeout,
        Duration idleTimeout,
        boolean preload,
        boolean pull) {

    public static OllamaSettings from(Env env) {
        Duration hour = Duration.ofHours(1);
        HttpUrl host = env.parsed("OLLAMA_HOST", url(""), OllamaSettings::url);
        Tls tls = Tls.from(env.variables(), "OLLAMA_CA_FILE", env::problem);
        if (tls != null && !host.isHttps()) {
            env.problem("OLLAMA_HOST must be an https:// address where OLLAMA_CA_FILE is set");
        }
        String apiKey = env.parsed("OLLAMA_API_KEY", Optional.<String>empty(), OllamaSettings::key)
                .orElse(null);
        List<OllamaHeader> headers = env.parsed("OLLAMA_HEADERS", List.of(), OllamaHeader::parse);
        if (apiKey != null && headers.stream().anyMatch(header -> header.name().equalsIgnoreCase("Authorization"))) {
            env.problem(
                    "OLLAMA_HEADERS must not hold Authorization where OLLAMA_API_KEY is set, which is sent as that");
        }
        return new OllamaSettings(
                host,
                apiKey,
                headers,
                tls,
                env.duration("OLLAMA_CONNECT_TIMEOUT", Duration.ofSeconds(10), Duration.ofMillis(10), hour),
                env.duration("OLLAMA_FIRST_TOKEN_TIMEOUT", Duration.ofMinutes(5), Duration.ofMillis(10), hour),
                env.duration("OLLAMA_IDLE_TIMEOUT", Duration.ofSeconds(60), Duration.ofMillis(10), hour),
                env.flag("CHAT_PRELOAD", false),
                env.flag("CHAT_PULL", false));
    }

    /** The base address that {@code OLLAMA_HOST} names. */
    static HttpUrl url(String text) {
        try {
            return HttpUrl.get(OllamaHost.parse(text).toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(OllamaHost.ACCEPTED, e);
        }
    }

    /** Where Ollama is, for people: without a password that may stand in it. */
    public String shown() {
        return host.newBuilder().username("").password("").build().toString();
    }

    /** Fit for a header; never named, it is a secret. */
    private static Optional<String> key(String text) {
        if (!text.matches("[\\x21-\\x7e]+")) {
            throw new IllegalArgumentException("a key of printable ASCII characters without spaces");
        }
        return Optional.of(text);
    }

    @Override
    public String toString() {
        return "OllamaSettings[" + shown() + "]";
    }
}
