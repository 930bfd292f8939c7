package io.chatworker.standin;

import java.io.IOException;

/** Bytes that are no request this server takes; its message is the answer. */
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
