package io.chatworker.worker.tools;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Names the calls of one request so that the same call has the same key in every delivery: equal calls are told apart by
 * how many this delivery made before. As many entries as calls that were made at most. For the chat's own thread.
 */
final class IdempotencyKeys {

    private final String requestId;
    private final Map<String, Integer> made = new HashMap<>();

    IdempotencyKeys(String requestId) {
        this.requestId = requestId;
    }

    /** The key of a call that is about to be made. */
    String next(AskedCall call) {
        String what = requestId + "\n" + call.name() + "\n" + CanonicalJson.of(call.arguments());
        String before = sha256(what);
        int count = made.merge(before, 1, Integer::sum) - 1;
        return sha256(what + "\n" + count);
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
