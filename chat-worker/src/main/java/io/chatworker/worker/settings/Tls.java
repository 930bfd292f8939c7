package io.chatworker.worker.settings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.PropertiesSslBundle;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemContent;

/**
 * TLS by PEM files: whom to trust and, where the other side asks for it, who one is. Whom the files do not say to trust
 * is not trusted; without a file of authorities those of the JVM are.
 *
 * @param trust the one that is in the context
 */
public record Tls(SSLContext context, X509TrustManager trust) {

    private interface Content {
        @Nullable
        Object of(PemContent pem);
    }

    /** Trusts the authorities in the file that the variable names; null where it is not set. */
    public static @Nullable Tls from(Env env, String ca) {
        Optional<Path> authorities = file(env, ca, "certificates", PemContent::getCertificates);
        return authorities.isEmpty() ? null : of(authorities, Optional.empty(), Optional.empty());
    }

    /** Like {@link #from(Env, String)}, with a certificate and its key of one's own; null where none is set. */
    public static @Nullable Tls from(Env env, String ca, String certificate, String key) {
        Optional<Path> authorities = file(env, ca, "certificates", PemContent::getCertificates);
        Optional<Path> own = file(env, certificate, "certificates", PemContent::getCertificates);
        Optional<Path> ownKey = file(env, key, "an unencrypted private key", PemContent::getPrivateKey);
        if (env.text(certificate).isPresent() != env.text(key).isPresent()) {
            env.problem(certificate + " and " + key + " must be set together");
            return null;
        }
        if (authorities.isEmpty() && (own.isEmpty() || ownKey.isEmpty())) {
            return null;
        }
        try {
            return of(authorities, own, ownKey);
        } catch (IllegalStateException e) {
            env.problem(key + " must be the key of the certificate in " + certificate);
            return null;
        }
    }

    private static Tls of(Optional<Path> authorities, Optional<Path> own, Optional<Path> ownKey) {
        PemSslBundleProperties files = new PemSslBundleProperties();
        authorities.map(Tls::location).ifPresent(files.getTruststore()::setCertificate);
        own.map(Tls::location).ifPresent(files.getKeystore()::setCertificate);
        ownKey.map(Tls::location).ifPresent(files.getKeystore()::setPrivateKey);
        files.getKeystore().setVerifyKeys(ownKey.isPresent());
        SslBundle bundle = PropertiesSslBundle.get(files);
        return new Tls(bundle.createSslContext(), trust(bundle.getManagers().getTrustManagers()));
    }

    private static Optional<Path> file(Env env, String variable, String what, Content content) {
        return env.parsed(variable, Optional.<Path>empty(), text -> {
            Path path = Path.of(text);
            String accepted = "a PEM file with " + what + ", and ";
            try {
                if (content.of(PemContent.load(path)) == null) {
                    throw new IllegalArgumentException(accepted + path + " has none");
                }
                return Optional.of(path);
            } catch (IOException e) {
                throw new IllegalArgumentException(accepted + path + " can not be read", e);
            } catch (IllegalStateException e) {
                throw new IllegalArgumentException(accepted + path + " has none", e);
            }
        });
    }

    private static String location(Path path) {
        return path.toUri().toString();
    }

    private static X509TrustManager trust(TrustManager[] managers) {
        return Arrays.stream(managers)
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
