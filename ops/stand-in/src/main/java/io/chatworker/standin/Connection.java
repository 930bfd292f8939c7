package io.chatworker.standin;

import java.io.IOException;

/** The connection of one client, from its first request to its last. */
final class Connection {

    private final Wire wire;
    private final RequestReader requests;
    private final Endpoints endpoints;
    private final Player player;
    private final Aborts aborts;

    Connection(Wire wire, Endpoints endpoints, Player player, Aborts aborts) {
        this.wire = wire;
        this.requests = new RequestReader(wire);
        this.endpoints = endpoints;
        this.player = player;
        this.aborts = aborts;
    }

    /** Returns when the connection has ended, whoever ended it. */
    void serve() {
        try {
            var request = requests.next();
            while (request.isPresent() && play(request.get())) {
                request = requests.next();
            }
        } catch (RequestRefused e) {
            refuse(e.answer());
        } catch (IOException e) {
            // Nobody is left to answer: the client is gone or too slow, or the server is closing.
        }
    }

    private boolean play(Request request) throws IOException {
        var answer = endpoints.answer(request);
        try {
            return player.play(answer, request, wire);
        } catch (IOException e) {
            if (!wire.closed()) {
                aborts.add();
            }
            throw e;
        }
    }

    private void refuse(Answer answer) {
        try {
            player.play(answer, new Request("", "", "", true, false), wire);
            wire.drain();
        } catch (IOException e) {
            // As above.
        }
    }
}
