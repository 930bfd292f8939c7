package io.chatworker.worker.observe;

/** The management port cannot be opened. */
public final class PortTaken extends RuntimeException {
    PortTaken(int port, Throwable cause) {
        super("MANAGEMENT_PORT " + port + " cannot be opened (" + cause.getMessage() + ")", cause);
    }
}
