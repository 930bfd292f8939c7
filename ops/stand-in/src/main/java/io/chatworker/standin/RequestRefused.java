package io.chatworker.standin;

import java.io.IOException;

/** Bytes that this server does not accept as a request; the message is the answer. */
final class RequestRefused extends IOException {

    private final int status;

    RequestRefused(int status, String message) {
        super(message);
        this.status = status;
    }

    Answer answer() {
        return Answer.text(status, String.valueOf(getMessage()));
    }
}
