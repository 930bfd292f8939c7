package io.chatworker.worker.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Variables that look like the worker's and are not, as a misspelt one would: it has no effect, and nobody would know.
 * Those that Ollama or RabbitMQ read themselves, and those by which Kubernetes names its services, are none of them.
 */
final class Unknown {

    private static final Pattern OURS = Pattern.compile("(CHAT|OLLAMA|RABBITMQ)_.*");
    private static final Pattern SERVICE =
            Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");
    /** Of Ollama's own (its {@code envconfig}), and of this project's scripts. */
    private static final Set<String> OTHERS = Set.of(
            "OLLAMA_AUTH",
            "OLLAMA_CONTEXT_LENGTH",
            "OLLAMA_DEBUG",
            "OLLAMA_EDITOR",
            "OLLAMA_FLASH_ATTENTION",
            "OLLAMA_GPU_OVERHEAD",
            "OLLAMA_INTEL_GPU",
            "OLLAMA_KEEP_ALIVE",
            "OLLAMA_KV_CACHE_TYPE",
            "OLLAMA_LLM_LIBRARY",
            "OLLAMA_LOAD_TIMEOUT",
            "OLLAMA_MAX_LOADED_MODELS",
            "OLLAMA_MAX_QUEUE",
            "OLLAMA_MODELS",
            "OLLAMA_MULTIUSER_CACHE",
            "OLLAMA_NEW_ENGINE",
            "OLLAMA_NOHISTORY",
            "OLLAMA_NOPRUNE",
            "OLLAMA_NUM_PARALLEL",
            "OLLAMA_NUM_THREADS",
            "OLLAMA_ORIGINS",
            "OLLAMA_REMOTES",
            "OLLAMA_SCHED_SPREAD",
            "OLLAMA_TMPDIR",
            "OLLAMA_VULKAN",
            "RABBITMQ_PORT",
            "RABBITMQ_MANAGEMENT_PORT");

    /** What a RabbitMQ server reads, beside which the worker may run. */
    private static final Pattern SERVERS =
            Pattern.compile("RABBITMQ_(NODE(NAME|_PORT|_IP_ADDRESS)|DIST_PORT|USE_LONGNAME"
                    + "|(ADVANCED_)?CONFIG_FILES?|CONF_ENV_FILE|ENABLED_PLUGINS(_FILE)?|PLUGINS_(DIR|EXPAND_DIR)|SCHEMA_DIR"
                    + "|GENERATED_CONFIG_DIR|MNESIA_(BASE|DIR)|(QUORUM|STREAM|DATA)_DIR|LOGS?|LOG_BASE|PID_FILE|HOME|VERSION"
                    + "|FEATURE_FLAGS|ERLANG_COOKIE|DEFAULT_(USER|PASS|VHOST)|PGP_KEY_ID|PRODUCT_(NAME|VERSION)|SERVICENAME"
                    + "|(SERVER|CTL)_(ADDITIONAL_)?(ERL|START)_ARGS|IO_THREAD_POOL_SIZE)");

    private static final int NEAR = 4;

    private Unknown() {}

    /** A sentence for each of the variables that is not among the known ones, in their order. */
    static List<String> sentences(Map<String, String> variables, Collection<String> known) {
        return variables.entrySet().stream()
                .filter(entry -> OURS.matcher(entry.getKey()).matches())
                .filter(entry -> !known.contains(entry.getKey()) && !OTHERS.contains(entry.getKey()))
                .filter(entry -> !SERVICE.matcher(entry.getKey()).matches()
                        && !entry.getValue().startsWith("tcp://"))
                .filter(entry -> !SERVERS.matcher(entry.getKey()).matches())
                .map(Map.Entry::getKey)
                .sorted()
                .map(name -> sentence(name, nearest(name, known)))
                .toList();
    }

    private static String sentence(String name, String nearest) {
        return name + " is no setting of the worker and has no effect"
                + (nearest.isEmpty() ? "" : "; the nearest is " + nearest);
    }

    /** The known name that takes the fewest changes of letters; empty where that is no longer near. */
    private static String nearest(String name, Collection<String> known) {
        return known.stream()
                .filter(candidate -> distance(name, candidate) <= NEAR)
                .min(Comparator.comparingInt((String candidate) -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("");
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
