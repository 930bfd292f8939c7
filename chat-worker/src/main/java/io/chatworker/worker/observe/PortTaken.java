package io.chatworker.worker.observe;

/** The management port can not be opened. */
public final class PortTaken extends RuntimeException {
    PortTaken(int port, Throwable cause) {
        super("MANAGEMENT_PORT " + port + " can not be opened (" + cause.getMessage() + ")", cause);
    }
}
