package io.chatworker.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** {@code docker-compose.yml}, against the settings, {@code .env.example} and the rules that its comments state. */
class ComposeFileTest {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)");

    private static final Pattern PINNED = Pattern.compile("[a-z/]+:v?\\d+\\.\\d+\\.\\d+(-management)?");

    private static String text;
    private static Map<String, Map<String, Object>> services;

    @BeforeAll
    static void read() throws IOException {
        text = Files.readString(Path.of("..", "docker-compose.yml"));
        Map<String, Map<String, Map<String, Object>>> file = new Yaml().load(text);
        services = file.get("services");
    }

    @Test
    void everySettingReachesTheWorker() throws IOException {
        Set<String> passed = new TreeSet<>();
        ((Map<?, ?>) services.get("worker").get("environment")).keySet().forEach(name -> passed.add((String) name));

        assertThat(passed).containsAll(ReadmeTable.variables());
    }

    @Test
    void everyVariableOfItIsInTheExample() throws IOException {
        Set<String> used = new TreeSet<>();
        VARIABLE.matcher(text).results().forEach(match -> used.add(match.group(1)));
        List<String> example = Files.readAllLines(Path.of("..", ".env.example"));

        assertThat(used).allSatisfy(name -> assertThat(example).anyMatch(line -> line.startsWith("#" + name + "=")));
    }

    @Test
    void everyImageThatIsNotBuiltHereHasAVersion() {
        services.forEach((name, service) -> {
            if (!service.containsKey("build")) {
                assertThat((String) service.get("image")).as(name).matches(PINNED);
            }
        });
        assertThat(services.get("model").get("image"))
                .isEqualTo(services.get("ollama").get("image"))
                .isEqualTo(services.get("ollama-gpu").get("image"));
    }

    @Test
    void everyServiceHasItsLimits() {
        assertThat(services)
                .allSatisfy((name, service) ->
                        assertThat(service).containsKeys("mem_limit", "pids_limit", "logging", "restart"));
    }

    @Test
    void noHealthCheckStartsAVirtualMachine() {
        services.forEach((name, service) -> {
            Map<?, ?> check = (Map<?, ?>) service.getOrDefault("healthcheck", Map.of());
            assertThat(String.valueOf(check.get("test")))
                    .as(name)
                    .doesNotContain("java ", "rabbitmq-diagnostics", "promtool");
        });
    }

    @Test
    void nothingHasAPasswordThatEverybodyKnowsButTheBrokersOwn() {
        assertThat(text.lines().filter(line -> line.matches("(?i).*password.*:.*")))
                .allMatch(line -> line.strip().startsWith("#"));
    }
}
