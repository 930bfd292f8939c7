package io.chatworker.examples;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** {@code docker-compose.yml}: its services and profiles, and what pages may call {@code docker compose} with. */
final class Compose {

    /** The commands with their options, and those of the options that a value follows (Docker's reference). */
    private static final Map<String, Set<String>> COMMANDS = Map.of(
            "build", Set.of(),
            "down", Set.of(),
            "exec", Set.of(),
            "kill", Set.of("-s"),
            "logs", Set.of("-f", "--since"),
            "ps", Set.of("-a"),
            "pull", Set.of(),
            "up", Set.of("-d", "--scale", "--build"));

    private static final Set<String> WITH_VALUE = Set.of("-s", "--since", "--scale");

    private final Map<?, ?> services =
            (Map<?, ?>) Chart.yaml("docker-compose.yml").get("services");
    private final Set<Object> profiles = new TreeSet<>();

    Compose() {
        for (Object service : services.values()) {
            if (((Map<?, ?>) service).get("profiles") instanceof List<?> some) {
                profiles.addAll(some);
            }
        }
    }

    /** What is wrong with the words behind {@code docker}. */
    Stream<String> problems(List<String> all) {
        List<String> problems = new ArrayList<>();
        Iterator<String> words =
                all.subList(all.indexOf("compose") + 1, all.size()).iterator();
        String command = words.next();
        while (command.equals("--profile")) {
            String profile = words.next();
            if (!profiles.contains(profile)) {
                problems.add("docker-compose.yml has no profile " + profile);
            }
            command = words.next();
        }
        Set<String> options = COMMANDS.get(command);
        if (options == null) {
            problems.add("docker compose has no command " + command + ", or Compose.java does not know it");
            return problems.stream();
        }
        while (words.hasNext()) {
            String word = words.next();
            if (options.contains(word)) {
                if (WITH_VALUE.contains(word)) {
                    words.next();
                }
            } else if (word.startsWith("-")) {
                problems.add("docker compose " + command + " has no option " + word);
            } else if (!services.containsKey(word)) {
                problems.add("docker-compose.yml has no service " + word);
            } else if (command.equals("exec")) {
                break;
            }
        }
        return problems.stream();
    }
}
