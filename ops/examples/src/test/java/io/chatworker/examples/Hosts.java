package io.chatworker.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
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

    private final List<ServerSocket> doors = new ArrayList<>();

    private Hosts() {}

    /** Opens each port to the port beside it; empty where the machine does not let it listen there. */
    static Optional<Hosts> open(Map<Integer, Integer> ports) {
        Hosts hosts = new Hosts();
        try {
            for (Map.Entry<Integer, Integer> port : ports.entrySet()) {
                ServerSocket door = new ServerSocket();
                hosts.doors.add(door);
                door.bind(new InetSocketAddress(ADDRESS, port.getKey()));
                Thread.ofVirtual().start(() -> hosts.serve(door, port.getValue()));
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

    /** The variable that lets a JVM find the names there. */
    static Map<String, String> forJava(Path folder, String... names) throws IOException {
        Path file = Files.writeString(folder.resolve("hosts"), ADDRESS + " " + String.join(" ", names) + "\n");
        return Map.of("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + file);
    }

    private void serve(ServerSocket door, int port) {
        while (!door.isClosed()) {
            try {
                Socket come = door.accept();
                Socket on = new Socket(InetAddress.getLoopbackAddress(), port);
                Thread.ofVirtual().start(() -> pass(come, on));
                Thread.ofVirtual().start(() -> pass(on, come));
            } catch (IOException e) {
                // The door is closed, or the server has gone: who came sees it.
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side has gone, and so the other is closed.
        }
    }

    @Override
    public void close() {
        for (ServerSocket door : doors) {
            try {
                door.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
