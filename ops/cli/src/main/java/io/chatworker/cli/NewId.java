package io.chatworker.cli;

import java.util.UUID;

/** Unique ids. */
final class NewId {

    private NewId() {}

    static String of(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "");
    }
}
