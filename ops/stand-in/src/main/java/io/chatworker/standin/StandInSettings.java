package io.chatworker.standin;

import java.util.List;

/**
 * How a {@link StandIn} behaves.
 *
 * @param host the address to listen on
 * @param port 0 for any free port
 * @param pace speed relative to the recording; 0 for no pauses at all
 * @param models the models it lists; empty for {@value #DEFAULT_MODEL}, and {@code /api/show} accepts any
 * @param strictModels whether chat also rejects models that are not listed, except those named like an exchange
 */
public record StandInSettings(String host, int port, double pace, List<String> models, boolean strictModels) {

    /** The model it lists by default: the default model of the chat worker. */
    public static final String DEFAULT_MODEL = "qwen2.5:3b-instruct";

    /** Rejects an impossible port or pace. */
    public StandInSettings {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not within 0..65535");
        }
        if (!Double.isFinite(pace) || pace < 0) {
            throw new IllegalArgumentException("pace " + pace + " is not 0 or more");
        }
        models = List.copyOf(models);
    }

    /** For tests: any free port of the loopback address, any model, no pauses. */
    public static StandInSettings forTests() {
        return new StandInSettings("127.0.0.1", 0, 0, List.of(), false);
    }

    /** The same with another pace. */
    public StandInSettings withPace(double pace) {
        return new StandInSettings(host, port, pace, models, strictModels);
    }
}
