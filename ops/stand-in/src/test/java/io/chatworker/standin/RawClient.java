package io.chatworker.standin;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A plain socket, for tests about the bytes on the wire. For ASCII answers only. */
final class RawClient implements Closeable {

    private final Socket socket;
    private final BufferedReader in;

    RawClient(StandIn standIn) throws IOException {
        socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), standIn.port());
        socket.setSoTimeout(60_000);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    RawClient post(String path, String body) throws IOException {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return send("POST " + path + " HTTP/1.1\r\nHost: here\r\nContent-Length: " + length + "\r\n\r\n" + body);
    }

    /** Waits for the next line. */
    String line() throws IOException {
        return in.readLine();
    }

    /** All lines up to the end of the connection. */
    List<String> rest() throws IOException {
        return in.readAllLines();
    }

    /** All lines up to the empty one. */
    List<String> head() throws IOException {
        var head = new ArrayList<String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            head.add(line);
        }
        return head;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
