package io.chatworker.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/** Whom to trust and who one is, by the PEM files that the worker's settings name too. */
final class Tls {

    private Tls() {}

    /** For the broker; null where the JVM's own trust will do. */
    static @Nullable SSLContext forBroker(Map<String, String> environment) {
        return context(
                file(environment, "RABBITMQ_CA_FILE"),
                file(environment, "RABBITMQ_CERT_FILE"),
                file(environment, "RABBITMQ_KEY_FILE"),
                "RABBITMQ_CA_FILE, RABBITMQ_CERT_FILE or RABBITMQ_KEY_FILE");
    }

    /** For Ollama; null where the JVM's own trust will do. */
    static @Nullable SSLContext forOllama(Map<String, String> environment) {
        return context(file(environment, "OLLAMA_CA_FILE"), null, null, "OLLAMA_CA_FILE");
    }

    private static @Nullable SSLContext context(
            @Nullable String authorities, @Nullable String certificate, @Nullable String key, String variables) {
        if (authorities == null && certificate == null && key == null) {
            return null;
        }
        try {
            PemSslStoreDetails own =
                    PemSslStoreDetails.forCertificate(certificate).withPrivateKey(key);
            PemSslStoreDetails trusted = PemSslStoreDetails.forCertificate(authorities);
            return SslBundle.of(new PemSslStoreBundle(own, trusted)).createSslContext();
        } catch (RuntimeException e) {
            throw new Trouble(
                    "TLS cannot be set up by " + variables + ": " + e.getMessage() + ".",
                    "Name PEM files: the authorities' certificates, one's own certificate with its unencrypted key.",
                    e);
        }
    }

    private static @Nullable String file(Map<String, String> environment, String variable) {
        String value = environment.getOrDefault(variable, "").strip();
        if (value.isEmpty()) {
            return null;
        }
        Path path = Path.of(value);
        if (!Files.isReadable(path)) {
            throw new Trouble(variable + ": " + path + " cannot be read.", "Name a PEM file, or leave it unset.");
        }
        return path.toUri().toString();
    }
}
