package io.chatworker.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatworker.contracts.Overflow;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.settings.Glob;
import io.chatworker.worker.settings.InvalidSettings;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WorkerSettingsTest {

    private static final int MIB = 1024 * 1024;

    /** A variable, what it is set to, where it ends up, what is there by default and what is there then. */
    private static Arguments bound(
            String variable, String value, Function<WorkerSettings, Object> part, Object byDefault, Object then) {
        return Arguments.of(variable, value, part, byDefault, then);
    }

    static Stream<Arguments> bindings() {
        return Stream.of(
                bound(
                        "RABBITMQ_URI",
                        "amqps://u:p@h/v",
                        s -> s.broker().nodes().all().toString(),
                        "[amqp://guest@localhost:5672//]",
                        "[amqps://u@h:5671/v]"),
                bound("CHAT_NAMESPACE", "team.a", s -> s.broker().topology(), Topology.DEFAULT, new Topology("team.a")),
                bound("CHAT_DECLARE_TOPOLOGY", "false", s -> s.broker().declareTopology(), true, false),
                bound(
                        "CHAT_TOPOLOGY_CHECK",
                        "5m",
                        s -> s.broker().topologyCheck(),
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(5)),
                bound("CHAT_CONCURRENCY", "4", s -> s.intake().concurrency(), 1, 4),
                bound("CHAT_REQUESTS_QUEUE", "pool.big", s -> s.intake().pool().queue(), "chat.requests", "pool.big"),
                bound(
                        "CHAT_REPLY_TO_ALLOWED",
                        "mine.*",
                        s -> texts(s.decode().replyToAllowed()),
                        List.of("amq.rabbitmq.reply-to.*", "amq.gen-*", "chat.replies.*"),
                        List.of("mine.*")),
                bound("CHAT_MAX_REQUEST_BYTES", "64KiB", s -> s.decode().maxRequestBytes(), 8 * MIB, 64 * 1024),
                bound("CHAT_MAX_MESSAGE_CHARS", "10", s -> s.decode().maxMessageChars(), 4000, 10),
                bound("CHAT_MAX_DELIVERIES", "3", s -> s.decode().maxDeliveries(), 15, 3),
                bound("CHAT_DRAIN_TIMEOUT", "5s", s -> s.intake().drainTimeout(), seconds(30), seconds(5)),
                bound("CHAT_MAX_ATTEMPTS", "99", s -> s.run().maxAttempts(), 3, 99),
                bound("CHAT_MAX_DURATION", "90s", s -> s.run().maxDuration(), seconds(1200), seconds(90)),
                bound("CHAT_BREAKER", "9", s -> s.gate().breaker(), 5, 9),
                bound("CHAT_HOLD", "5s", s -> s.run().hold(), seconds(60), seconds(5)),
                bound("CHAT_CANCEL_MEMORY", "1h", s -> s.intake().cancelMemory(), seconds(600), seconds(3600)),
                bound("CHAT_PRELOAD", "true", s -> s.ollama().preload(), false, true),
                bound("CHAT_PULL", "true", s -> s.ollama().pull(), false, true),
                bound("CHAT_MAX_EVENT_BYTES", "1MiB", s -> s.publish().maxEventBytes(), 8 * MIB, MIB),
                bound("CHAT_MAX_TOOL_ROUNDS", "0", s -> s.tools().maxRounds(), 8, 0),
                bound("CHAT_TOOL_TIMEOUT", "5s", s -> s.tools().timeout(), seconds(30), seconds(5)),
                bound("CHAT_MAX_TOOL_RESULT_BYTES", "1MiB", s -> s.tools().maxResultBytes(), 256 * 1024, MIB),
                bound(
                        "CHAT_CHUNK_INTERVAL",
                        "50ms",
                        s -> s.publish().chunkInterval(),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50)),
                bound("OLLAMA_MODEL", "tiny", s -> s.prompt().defaultModel(), "qwen2.5:3b-instruct", "tiny"),
                bound(
                        "CHAT_MODELS_ALLOWED",
                        "Qwen*,tiny",
                        s -> texts(s.prompt().allowedModels()),
                        List.of("*"),
                        List.of("qwen*", "tiny")),
                bound("CHAT_TEMPERATURE", "0.2", s -> s.prompt().temperature(), 0.7, 0.2),
                bound("CHAT_NUM_CTX", "8192", s -> s.prompt().numCtx(), 4096, 8192),
                bound("CHAT_NUM_PREDICT", "-1", s -> s.prompt().numPredict(), 1024, -1),
                bound("CHAT_MAX_NUM_CTX", "8192", s -> s.prompt().maxNumCtx(), 0, 8192),
                bound("CHAT_MAX_NUM_PREDICT", "64", s -> s.prompt().maxNumPredict(), 0, 64),
                bound(
                        "CHAT_OPTIONS_DENIED",
                        "seed, top_k",
                        s -> s.decode().deniedOptions(),
                        Set.of("num_gpu", "main_gpu", "num_thread", "num_batch", "use_mmap"),
                        Set.of("seed", "top_k")),
                bound("CHAT_THINK", "true", s -> s.prompt().think(), false, true),
                bound("CHAT_THINK", "high", s -> s.prompt().think(), false, "high"),
                bound("CHAT_OVERFLOW", "error", s -> s.prompt().overflow(), Overflow.DROP_OLDEST, Overflow.ERROR),
                bound("CHAT_HISTORY_MAX_MESSAGES", "12", s -> s.prompt().historyMaxMessages(), 0, 12),
                bound("CHAT_SUMMARY_TOKENS", "400", s -> s.prompt().summaryTokens(), 256, 400),
                bound("CHAT_AGENTS_DIR", "src/test", s -> s.prompt().agentsDir(), null, Path.of("src/test")),
                bound(
                        "OLLAMA_HOST",
                        "https://ollama.example/base",
                        s -> s.ollama().host().toString(),
                        "http://127.0.0.1:11434/",
                        "https://ollama.example/base/"),
                bound("OLLAMA_API_KEY", "k", s -> s.ollama().apiKey(), null, "k"),
                bound(
                        "OLLAMA_HEADERS",
                        " X-A: b c:d | X-B:e ",
                        s -> s.ollama().headers().size(),
                        0,
                        2),
                bound("OLLAMA_CONNECT_TIMEOUT", "1s", s -> s.ollama().connectTimeout(), seconds(10), seconds(1)),
                bound(
                        "OLLAMA_FIRST_TOKEN_TIMEOUT",
                        "1m",
                        s -> s.ollama().firstTokenTimeout(),
                        seconds(300),
                        seconds(60)),
                bound("OLLAMA_IDLE_TIMEOUT", "5s", s -> s.ollama().idleTimeout(), seconds(60), seconds(5)),
                bound("MANAGEMENT_PORT", "0", s -> s.management().port(), 8081, 0),
                bound("LOG_FORMAT", "json", WorkerSettings::logFormat, LogFormat.TEXT, LogFormat.JSON));
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("bindings")
    void everyVariableHasItsDefaultAndIsBound(
            String variable, String value, Function<WorkerSettings, Object> part, Object byDefault, Object then) {
        assertThat(part.apply(WorkerSettings.from(Map.of()))).isEqualTo(byDefault);
        assertThat(part.apply(WorkerSettings.from(Map.of(variable, ""))))
                .isEqualTo(variable.equals("CHAT_REPLY_TO_ALLOWED") ? List.of() : byDefault);
        assertThat(part.apply(WorkerSettings.from(Map.of(variable, value)))).isEqualTo(then);
    }

    @Test
    void aWorkersNameIsGivenOrItsHostsWithARandomPart() {
        assertThat(WorkerSettings.from(Map.of("CHAT_WORKER_NAME", "w-1.a")).worker())
                .isEqualTo("w-1.a");
        String first = WorkerSettings.from(Map.of()).worker();
        String second = WorkerSettings.from(Map.of()).worker();

        assertThat(first).matches("[A-Za-z0-9_.-]{1,64}").isNotEqualTo(second);
        assertThat(first.replaceFirst("-[0-9a-f]{6}$", "")).isEqualTo(second.replaceFirst("-[0-9a-f]{6}$", ""));
    }

    @Test
    void aPoolHasItsQueueAndItsBindings() {
        WorkerSettings settings =
                WorkerSettings.from(Map.of("CHAT_REQUESTS_QUEUE", "pool", "CHAT_REQUESTS_BINDINGS", "big.#, small"));

        assertThat(settings.intake().pool().bindings()).containsExactly("big.#", "small");
        assertThat(WorkerSettings.from(Map.of()).intake().pool().bindings()).isEmpty();
        assertThatThrownBy(() -> WorkerSettings.from(Map.of("CHAT_REQUESTS_BINDINGS", "big.#")))
                .hasMessageContaining("CHAT_REQUESTS_BINDINGS needs CHAT_REQUESTS_QUEUE");
    }

    @Test
    void theNamespaceIsInTheNamesThatFollowFromIt() {
        WorkerSettings settings = WorkerSettings.from(Map.of("CHAT_NAMESPACE", "team.a"));

        assertThat(settings.intake().pool().queue()).isEqualTo("team.a.requests");
        assertThat(texts(settings.decode().replyToAllowed())).contains("team.a.replies.*");
    }

    @Test
    @Law(7)
    @DisplayName("reply_to set to nothing allows no queue at all")
    void replyToSetToNothingAllowsNone() {
        assertThat(WorkerSettings.from(Map.of("CHAT_REPLY_TO_ALLOWED", ""))
                        .decode()
                        .replyToAllowed())
                .isEmpty();
        assertThat(WorkerSettings.from(Map.of("CHAT_REPLY_TO_ALLOWED", " "))
                        .decode()
                        .replyToAllowed())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"20m,5m,true", "25m,0s,true", "24m,60s,true", "20m,301s,false", "1s,25m,false", "25m,1ms,false"})
    void durationAndDrainAreAtMostTwentyFiveMinutesTogether(String duration, String drain, boolean fits) {
        Map<String, String> variables = Map.of("CHAT_MAX_DURATION", duration, "CHAT_DRAIN_TIMEOUT", drain);

        if (fits) {
            assertThat(WorkerSettings.from(variables).intake().drainTimeout()).isNotNull();
        } else {
            assertThatThrownBy(() -> WorkerSettings.from(variables))
                    .isInstanceOf(InvalidSettings.class)
                    .hasMessageStartingWith("CHAT_MAX_DURATION and CHAT_DRAIN_TIMEOUT must be at most 25m together");
        }
    }

    @Test
    void allBadVariablesAreToldAtOnceAndNoSecret() {
        Map<String, String> variables = Map.ofEntries(
                Map.entry("RABBITMQ_URI", "http://u:secret@h"),
                Map.entry("OLLAMA_HOST", "http://u:secret@h:1"),
                Map.entry("OLLAMA_API_KEY", "se\ncret"),
                Map.entry("CHAT_NAMESPACE", "a b"),
                Map.entry("CHAT_CONCURRENCY", "0"),
                Map.entry("CHAT_MAX_ATTEMPTS", "100"),
                Map.entry("CHAT_MAX_TOOL_ROUNDS", "-1"),
                Map.entry("CHAT_TOOL_TIMEOUT", "0"),
                Map.entry("CHAT_MAX_TOOL_RESULT_BYTES", "256KB"),
                Map.entry("CHAT_MAX_DELIVERIES", "20"),
                Map.entry("CHAT_CHUNK_INTERVAL", "20"),
                Map.entry("CHAT_MAX_EVENT_BYTES", "8MB"),
                Map.entry("CHAT_THINK", "much"),
                Map.entry("CHAT_OVERFLOW", "cut"),
                Map.entry("CHAT_SUMMARY_TOKENS", "0"),
                Map.entry("CHAT_AGENTS_DIR", "no/such/folder"),
                Map.entry("CHAT_WORKER_NAME", "a worker"),
                Map.entry("CHAT_DECLARE_TOPOLOGY", "no"),
                Map.entry("CHAT_TOPOLOGY_CHECK", "99ms"),
                Map.entry("MANAGEMENT_PORT", "65536"),
                Map.entry("LOG_FORMAT", "xml"));

        InvalidSettings invalid = catchThrowableOfType(InvalidSettings.class, () -> WorkerSettings.from(variables));

        assertThat(invalid.problems()).hasSize(variables.size());
        assertThat(invalid.problems().stream().map(problem -> problem.split(" ", 2)[0]))
                .containsExactlyInAnyOrderElementsOf(variables.keySet());
        assertThat(invalid.problems()).allMatch(problem -> problem.matches("(?s)[A-Z_]+ must be .{4,}"));
        assertThat(invalid).hasMessageNotContaining("secret").hasMessageNotContaining("cret");
    }

    @Test
    void filesForTlsNeedAnAddressThatHasIt(@TempDir Path folder) throws IOException {
        Path ca = Files.writeString(
                folder.resolve("ca.pem"),
                new HeldCertificate.Builder().certificateAuthority(0).build().certificatePem());
        Map<String, String> files = Map.of("RABBITMQ_CA_FILE", ca.toString(), "OLLAMA_CA_FILE", ca.toString());

        assertThatThrownBy(() -> WorkerSettings.from(files))
                .hasMessageContaining("RABBITMQ_URI must name an amqps:// node where RABBITMQ_CA_FILE")
                .hasMessageContaining("OLLAMA_HOST must be an https:// address where OLLAMA_CA_FILE");

        Map<String, String> addressed = new HashMap<>(files);
        addressed.put("RABBITMQ_URI", "amqp://one,amqps://two");
        addressed.put("OLLAMA_HOST", "https://ollama");
        assertThat(WorkerSettings.from(addressed).broker().nodes().tls()).isNotNull();
        assertThat(WorkerSettings.from(addressed).ollama().tls()).isNotNull();
    }

    @Test
    void filesForTlsThatCannotBeReadAreNamed() {
        for (String variable : List.of("RABBITMQ_CA_FILE", "OLLAMA_CA_FILE")) {
            assertThatThrownBy(() -> WorkerSettings.from(Map.of(variable, "no/such.pem")))
                    .hasMessage(variable + " must be a PEM file with certificates, and no/such.pem cannot be read");
        }
        assertThatThrownBy(() -> WorkerSettings.from(Map.of("RABBITMQ_KEY_FILE", "no/such.key")))
                .hasMessageContaining("RABBITMQ_KEY_FILE must be a PEM file with an unencrypted private key")
                .hasMessageContaining("RABBITMQ_CERT_FILE and RABBITMQ_KEY_FILE must be set together");
    }

    @Test
    void noSettingsTellTheirSecretsWhenTheyAreShown() {
        WorkerSettings settings = WorkerSettings.from(Map.of(
                "RABBITMQ_URI", "amqp://u:secret@h", "OLLAMA_API_KEY", "secret", "OLLAMA_HEADERS", "X-A: secret"));

        assertThat(settings.toString()).doesNotContain("secret");
    }

    private static List<String> texts(List<Glob> globs) {
        return globs.stream().map(Glob::text).toList();
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
