package io.chatworker.standin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Plays answers: each part leaves at its recorded time after the request, divided by the pace. */
final class Player {

    private final double pace;

    Player(double pace) {
        this.pace = pace;
    }

    /** Returns when the answer has been sent; true if the connection can take another request. */
    boolean play(Answer answer, Request request, Wire wire) throws IOException {
        long start = System.nanoTime();
        if (answer.response().chunked()) {
            stream(answer, request, wire, start);
        } else {
            whole(answer, request, wire, start);
        }
        return request.keepAlive() && !answer.cut();
    }

    private void stream(Answer answer, Request request, Wire wire, long start) throws IOException {
        var response = answer.response();
        pauseUntil(response.headersAtMs(), wire, start);
        wire.write(Head.ofStream(response, request));
        for (var line : response.lines()) {
            pauseUntil(line.atMs(), wire, start);
            wire.write(frame(answer.retouch().apply(line.text()), request.chunks()));
        }
        if (request.chunks() && !answer.cut()) {
            wire.write("0\r\n\r\n");
        }
    }

    private void whole(Answer answer, Request request, Wire wire, long start) throws IOException {
        var response = answer.response();
        pauseUntil(response.lines().getLast().atMs(), wire, start);
        if (answer.cut()) {
            return;
        }
        var body = answer.retouch().apply(response.body());
        var head = Head.ofWhole(response, request, body.getBytes(StandardCharsets.UTF_8).length);
        wire.write(request.method().equals("HEAD") ? head : head + body);
    }

    private void pauseUntil(double atMs, Wire wire, long start) throws IOException {
        if (pace > 0) {
            wire.pauseUntil(start + (long) Math.ceil(atMs * 1_000_000 / pace));
        }
    }

    private static String frame(String line, boolean chunks) {
        if (!chunks) {
            return line;
        }
        int size = line.getBytes(StandardCharsets.UTF_8).length;
        return Integer.toHexString(size) + "\r\n" + line + "\r\n";
    }
}
