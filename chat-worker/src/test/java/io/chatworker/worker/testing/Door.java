package io.chatworker.worker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;

/** A port whose connections go on to a server, until it is closed; those that are open then stay so. */
public final class Door implements AutoCloseable {

    private final ServerSocket door;
    private final String host;
    private final int port;

    /** Takes the connections that come to {@code door}, which it closes, and passes them on. */
    public Door(ServerSocket door, String host, int port) {
        this.door = door;
        this.host = host;
        this.port = port;
        Thread.ofVirtual().name("door").start(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    @SuppressWarnings("resource") // Each direction closes both at its end.
    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Socket server = new Socket(host, port);
                Thread.ofVirtual().start(() -> pass(client, server));
                Thread.ofVirtual().start(() -> pass(server, client));
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
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
