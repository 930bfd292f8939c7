package io.chatworker.worker;

import io.chatworker.worker.settings.Env;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.UUID;

/** What this worker calls itself in events, dead letters and connections. */
final class WorkerName {

    private static final int MAX_HOST = 50;

    private WorkerName() {}

    /** The name that is set, else the host's with a random part. */
    static String from(Env env) {
        return env.parsed("CHAT_WORKER_NAME", hostAndRandom(), WorkerName::checked);
    }

    private static String checked(String text) {
        if (!text.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw new IllegalArgumentException("1 to 64 letters, digits, '_', '-' and '.', not '" + text + "'");
        }
        return text;
    }

    private static String hostAndRandom() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "worker";
        }
        String plain = host.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_.-]", "-");
        return plain.substring(0, Math.min(plain.length(), MAX_HOST)) + "-"
                + UUID.randomUUID().toString().substring(0, 6);
    }
}
