package io.chatworker.worker.observe;

import io.chatworker.contracts.Contract;

/**
 * Which build this is.
 *
 * @param commit of the source; {@code unknown} where it was built without its history
 */
public record Build(String version, String commit, int contractVersion) {

    /** The one that runs. */
    public static Build current() {
        String version = Build.class.getPackage().getImplementationVersion();
        return new Build(version == null ? "development" : version, "unknown", Contract.VERSION);
    }
}
