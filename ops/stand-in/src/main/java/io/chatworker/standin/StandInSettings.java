package io.chatworker.standin;

import java.util.List;

/**
 * How a {@link StandIn} behaves.
 *
 * @param host the address to listen on
 * @param port 0 for any that is free
 * @param pace how many times as fast as recorded; 0 for no waits at all
 * @param models what it lists; empty for {@value #DEFAULT_MODEL} and no refusals by {@code /api/show}
 * @param strictModels whether chat, too, refuses models that are not listed. Those named like an exchange never are
 */
public record StandInSettings(String host, int port, double pace, List<String> models, boolean strictModels) {

    /** The model it lists when not told otherwise: the chat worker's default. */
    public static final String DEFAULT_MODEL = "qwen2.5:3b-instruct";

    /** Refuses a port or pace that cannot be. */
    public StandInSettings {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not within 0..65535");
        }
        if (!Double.isFinite(pace) || pace < 0) {
            throw new IllegalArgumentException("pace " + pace + " is not 0 or more");
        }
        models = List.copyOf(models);
    }

    /** For tests: any free port of the loopback address, any model, no waits. */
    public static StandInSettings forTests() {
        return new StandInSettings("127.0.0.1", 0, 0, List.of(), false);
    }

    /** The same at another pace. */
    public StandInSettings withPace(double pace) {
        return new StandInSettings(host, port, pace, models, strictModels);
    }
}
