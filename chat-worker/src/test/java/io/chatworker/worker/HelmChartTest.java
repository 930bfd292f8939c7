package io.chatworker.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * The chart in {@code ops/helm}: its values against the settings, and what it renders where there is a helm, in the PATH or
 * in {@code .run/tools}, where {@code ops/release-check chart} puts one. That script also checks the schemas.
 */
class HelmChartTest {

    private static final Path CHART = Path.of("..", "ops", "helm");

    private static final Pattern ENTRY = Pattern.compile("- name: ([A-Z_]+)$", Pattern.MULTILINE);

    @Test
    void theChartSetsEverySettingAndNoOther() throws IOException {
        List<String> set = new ArrayList<>(
                at(yaml(CHART.resolve("values.yaml")), "settings").keySet());
        Matcher entry = ENTRY.matcher(Files.readString(CHART.resolve("templates/deployment.yaml")));
        entry.results().forEach(match -> set.add(match.group(1)));

        assertThat(set).containsExactlyInAnyOrderElementsOf(ReadmeTable.variables());
    }

    @Test
    void thePomsTheChartAndTheImagesHaveOneVersion() throws IOException {
        String version = find("<artifactId>chat-worker-parent</artifactId>\\s+<version>(.+?)<", "pom.xml");

        assertThat(find("(?m)^version: (.+)$", "ops/helm/Chart.yaml")).isEqualTo(version);
        assertThat(find("(?m)^appVersion: (.+)$", "ops/helm/Chart.yaml")).isEqualTo(version);
        assertThat(find("(?m)^ARG VERSION=(.+)$", "chat-worker/Dockerfile")).isEqualTo(version);
        assertThat(find("(?m)^ARG VERSION=(.+)$", "ops/stand-in/Dockerfile")).isEqualTo(version);
    }

    @Test
    void theDefaultsRunAWorkerThatMayDoNothingButItsWork() throws Exception {
        Map<String, Map<String, Object>> objects = rendered();

        assertThat(objects).containsOnlyKeys("Deployment", "NetworkPolicy", "PodDisruptionBudget");
        Map<String, Object> pod = at(objects.get("Deployment"), "spec", "template", "spec");
        Map<String, Object> container = container(pod);
        assertThat(pod)
                .containsEntry("automountServiceAccountToken", false)
                .containsEntry("terminationGracePeriodSeconds", 50);
        assertThat(at(pod, "securityContext")).containsEntry("runAsNonRoot", true);
        assertThat(at(container, "securityContext"))
                .containsEntry("readOnlyRootFilesystem", true)
                .containsEntry("allowPrivilegeEscalation", false)
                .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
        assertThat(at(container, "readinessProbe", "httpGet")).containsEntry("path", "/actuator/health/readiness");
        assertThat(at(container, "livenessProbe", "httpGet")).containsEntry("path", "/actuator/health/liveness");
        assertThat(at(container, "resources", "limits")).containsOnlyKeys("memory");
        assertThat(environment(container))
                .containsOnlyKeys(
                        "RABBITMQ_URI", "CHAT_WORKER_NAME", "MANAGEMENT_PORT", "CHAT_CONCURRENCY", "OLLAMA_HOST");
    }

    @Test
    void everyValueReachesTheWorkerAsItReadsItAndTheDrainHasTime() throws Exception {
        Map<String, Map<String, Object>> objects =
                rendered("-f", CHART.resolve("ci/everything-values.yaml").toString());

        Map<String, Object> pod = at(objects.get("Deployment"), "spec", "template", "spec");
        Map<String, String> environment = environment(container(pod));
        assertThat(pod).containsEntry("terminationGracePeriodSeconds", 140);
        assertThat(environment)
                .containsEntry("CHAT_DRAIN_TIMEOUT", "2m")
                .containsEntry("CHAT_MAX_REQUEST_BYTES", "16777216")
                .containsEntry("CHAT_TEMPERATURE", "0.3")
                .containsEntry("CHAT_PRELOAD", "true")
                .containsEntry("CHAT_REPLY_TO_ALLOWED", "");
        environment.keySet().retainAll(ReadmeTable.variables());
        // Files and folders that are there in the pod only.
        environment.values().removeIf(value -> value.startsWith("/"));
        assertThat(WorkerSettings.from(environment).intake().pool().queue()).isEqualTo("chat.requests.llama");
        assertThat(trigger(objects))
                .containsEntry("queueName", "chat.requests.llama")
                .containsEntry("value", "4")
                .containsEntry("protocol", "http")
                .containsEntry("excludeUnacknowledged", "false");
        assertThat(at(objects.get("Deployment"), "spec")).doesNotContainKey("replicas");
        assertThat(at(objects.get("PrometheusRule"), "spec"))
                .isEqualTo(yaml(Path.of("..", "ops", "prometheus", "rules.yml")));
        assertThat(objects).containsKeys("PodMonitor", "TriggerAuthentication", "ConfigMap");
    }

    @Test
    void aGracePeriodThatWouldCutTheDrainIsRefused() throws Exception {
        String said =
                helm(false, "--set", "settings.CHAT_DRAIN_TIMEOUT=90s", "--set", "terminationGracePeriodSeconds=60");

        assertThat(said).contains("it must be longer than CHAT_DRAIN_TIMEOUT (90 s)");
    }

    /** What the chart renders, by kind; of several objects of a kind the last. */
    private static Map<String, Map<String, Object>> rendered(String... arguments) throws Exception {
        Map<String, Map<String, Object>> objects = new LinkedHashMap<>();
        for (Object each : new Yaml().loadAll(helm(true, arguments))) {
            if (each != null) {
                Map<String, Object> object = map(each);
                objects.put((String) object.get("kind"), object);
            }
        }
        return objects;
    }

    private static String helm(boolean succeeds, String... arguments) throws Exception {
        Optional<Path> helm = Stream.concat(
                        Arrays.stream(System.getenv("PATH").split(File.pathSeparator)), Stream.of("../.run/tools"))
                .map(folder -> Path.of(folder, "helm"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(helm.isPresent(), "no helm here: ops/release-check chart gets one");
        List<String> command = new ArrayList<>(
                List.of(helm.get().toString(), "template", "chat", CHART.toString(), "--kube-version", "1.34"));
        command.addAll(List.of(arguments));
        Path errors = Files.createTempFile("helm", ".err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        String said = Files.readString(errors);
        Files.delete(errors);
        assertThat(process.waitFor() == 0).as(said).isEqualTo(succeeds);
        return succeeds ? output : said;
    }

    private static Map<String, Object> container(Map<String, Object> pod) {
        return map(((List<?>) pod.get("containers")).getFirst());
    }

    private static Map<String, Object> trigger(Map<String, Map<String, Object>> objects) {
        Object trigger = ((List<?>) at(objects.get("ScaledObject"), "spec").get("triggers")).getFirst();
        return at(map(trigger), "metadata");
    }

    /** By name; of one that comes from elsewhere the value is empty. */
    private static Map<String, String> environment(Map<String, Object> container) {
        Map<String, String> environment = new HashMap<>();
        for (Object each : (List<?>) container.get("env")) {
            Map<String, Object> entry = map(each);
            environment.put((String) entry.get("name"), String.valueOf(entry.getOrDefault("value", "")));
        }
        return environment;
    }

    private static Map<String, Object> at(Map<String, Object> object, String... path) {
        Map<String, Object> found = object;
        for (String key : path) {
            found = map(found.get(key));
        }
        return found;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object object) {
        return (Map<String, Object>) object;
    }

    private static Map<String, Object> yaml(Path file) throws IOException {
        return new Yaml().load(Files.readString(file));
    }

    private static String find(String pattern, String file) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of("..", file)));
        assertThat(matcher.find()).as("%s in %s", pattern, file).isTrue();
        return matcher.group(1);
    }
}
