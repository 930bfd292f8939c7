package io.chatworker.cli.letters;

import com.rabbitmq.client.GetResponse;
import io.chatworker.contracts.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells the letters of a queue apart, as a delivery tag does within one look only. */
final class Fingerprint {

    private Fingerprint() {}

    /** By what no look at the queue changes: body, id, and when and where the request failed. */
    static String of(GetResponse message) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(message.getBody());
            var headers = Letter.headers(message);
            String rest = message.getProps().getMessageId()
                    + '\n'
                    + headers.get(DeadLetterHeaders.FAILED_AT)
                    + '\n'
                    + headers.get(DeadLetterHeaders.WORKER)
                    + '\n'
                    + headers.get(DeadLetterHeaders.ATTEMPT);
            return HexFormat.of().formatHex(digest.digest(rest.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }
}
