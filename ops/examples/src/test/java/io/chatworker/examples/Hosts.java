package io.chatworker.examples;

import io.chatworker.worker.testing.Door;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hosts that a page names, such as {@code broker} and {@code ollama}, with the ports that are usual there: an address
 * of this machine's own, whose connections go on to the test's servers. JVMs find it by a file.
 */
final class Hosts implements AutoCloseable {

    private static final String ADDRESS = "127.77.0.1";
    private static final int BACKLOG = 50;

    private final List<Door> doors = new ArrayList<>();

    private Hosts() {}

    /** Opens each port to the port beside it; empty where the machine does not let it listen there. */
    static Optional<Hosts> open(Map<Integer, Integer> ports) {
        Hosts hosts = new Hosts();
        try {
            for (Map.Entry<Integer, Integer> port : ports.entrySet()) {
                ServerSocket socket = new ServerSocket(port.getKey(), BACKLOG, InetAddress.getByName(ADDRESS));
                hosts.doors.add(new Door(socket, "127.0.0.1", port.getValue()));
            }
            return Optional.of(hosts);
        } catch (IOException e) {
            hosts.close();
            return Optional.empty();
        }
    }

    /** The variable that lets curl find places, each as {@code host:port:address:port}, and fail on an error. */
    static Map<String, String> forCurl(Path folder, List<String> places) throws IOException {
        String all = String.join(
                "", places.stream().map(place -> "connect-to = " + place + "\n").toList());
        Files.writeString(folder.resolve(".curlrc"), "fail\n" + all);
        return Map.of("CURL_HOME", folder.toString());
    }

    /** The variable that lets a JVM find the names there, in quotes for a folder with a space. */
    static Map<String, String> forJava(Path folder, String... names) throws IOException {
        Path file = Files.writeString(folder.resolve("hosts"), ADDRESS + " " + String.join(" ", names) + "\n");
        return Map.of("JDK_JAVA_OPTIONS", "\"-Djdk.net.hosts.file=" + file + "\"");
    }

    @Override
    public void close() {
        doors.forEach(Door::close);
    }
}
