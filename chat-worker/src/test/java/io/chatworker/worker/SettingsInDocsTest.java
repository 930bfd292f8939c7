package io.chatworker.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.settings.Glob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares {@code .env.example} and the README's table of settings with what the worker reads. */
class SettingsInDocsTest {

    private static final Pattern LINE = Pattern.compile("#?([A-Z][A-Z_]*)=(.*)");

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** Read by compose or the scripts, not by the worker. */
    private static final Set<String> NOT_THE_WORKERS = Set.of(
            "OLLAMA_KEEP_ALIVE",
            "COMPOSE_PROFILES",
            "WORKER_MEMORY",
            "RABBITMQ_MEMORY",
            "OLLAMA_MEMORY",
            "WORKER_STOP_GRACE_PERIOD",
            "WORKER_TLS_DIR",
            "JDK_JAVA_OPTIONS",
            "RABBITMQ_PORT",
            "RABBITMQ_MANAGEMENT_PORT",
            "WORKER_PORT",
            "WEB_PORT",
            "PROMETHEUS_PORT",
            "GRAFANA_PORT",
            "JAEGER_PORT",
            "GRAFANA_ROLE",
            "REVISION");

    private static Map<String, String> example;
    private static Map<String, String> table;
    private static Set<String> read;

    @BeforeAll
    static void readAll() throws IOException {
        example = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("..", ".env.example"))) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                example.put(matcher.group(1), matcher.group(2));
            }
        }
        table = new LinkedHashMap<>();
        for (List<String> row : ReadmeTable.under("variable")) {
            List<String> variables = split(row.get(0));
            List<String> defaults = split(row.get(1));
            for (int i = 0; i < variables.size(); i++) {
                assertThat(table).doesNotContainKey(variables.get(i));
                table.put(variables.get(i), i < defaults.size() ? defaults.get(i) : "");
            }
        }
        read = new TreeSet<>();
        WorkerSettings.from(new Asked());
    }

    @Test
    void everyVariableTheWorkerReadsIsInTheExample() {
        assertThat(example.keySet()).containsAll(read);
    }

    @Test
    void everyVariableOfTheExampleIsRead() {
        Set<String> unread = new TreeSet<>(example.keySet());
        unread.removeAll(read);
        unread.removeAll(NOT_THE_WORKERS);

        assertThat(unread).isEmpty();
    }

    @Test
    void theValuesOfTheExampleAreTheDefaults() {
        Map<String, String> shown = new HashMap<>(example);
        shown.keySet().retainAll(read);

        assertThat(WorkerSettings.from(shown))
                .usingRecursiveComparison()
                .ignoringFields("worker")
                .withEqualsForType((a, b) -> a.text().equals(b.text()), Glob.class)
                .withEqualsForType(HttpUrl::equals, HttpUrl.class)
                .isEqualTo(WorkerSettings.from(Map.of()));
    }

    @Test
    void theReadmeHasTheVariablesThatAreReadAndNoOther() {
        assertThat(table.keySet()).containsExactlyInAnyOrderElementsOf(read);
    }

    @Test
    void theReadmesDefaultsAreThoseOfTheExample() {
        Map<String, String> shown = new TreeMap<>(example);
        shown.keySet().retainAll(read);

        assertThat(new TreeMap<>(table)).isEqualTo(shown);
    }

    /** What stands in a cell as code. */
    private static List<String> split(String cell) {
        return CODE.matcher(cell).results().map(code -> code.group(1)).toList();
    }

    /** An empty environment that remembers what it was asked for. */
    private static final class Asked extends HashMap<String, String> {
        @Override
        public String get(Object name) {
            read.add((String) name);
            return super.get(name);
        }

        @Override
        public String getOrDefault(Object name, String absent) {
            read.add((String) name);
            return super.getOrDefault(name, absent);
        }
    }
}
