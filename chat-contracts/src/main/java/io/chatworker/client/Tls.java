package io.chatworker.client;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS by PEM files: whom to trust and, where the other side asks for it, who one is. Only the authorities of the file
 * are trusted; without such a file those that the JVM trusts are.
 *
 * @param trust the one that is in the context
 * @param keys those that are in the context; none where one is nobody
 */
public record Tls(SSLContext context, X509TrustManager trust, List<KeyManager> keys) {

    private static final char[] NO_PASSWORD = {};

    /**
     * Trusts the authorities in the file that the variable names.
     *
     * @param problems takes a sentence where the variable cannot be used
     * @return null where it is unset, empty or cannot be used
     */
    public static @Nullable Tls from(Map<String, String> environment, String ca, Consumer<String> problems) {
        List<X509Certificate> authorities = read(environment, ca, PemFile::certificates, problems);
        return authorities == null ? null : of(authorities, null, null);
    }

    /**
     * Likewise, with a certificate of one's own and its key, which two more variables name.
     *
     * @param problems takes a sentence for each variable that cannot be used
     * @return null where none is set, or none can be used
     */
    public static @Nullable Tls from(
            Map<String, String> environment, String ca, String certificate, String key, Consumer<String> problems) {
        List<X509Certificate> authorities = read(environment, ca, PemFile::certificates, problems);
        List<X509Certificate> own = read(environment, certificate, PemFile::certificates, problems);
        PrivateKey ownKey = read(environment, key, PemFile::privateKey, problems);
        if (value(environment, certificate).isEmpty() != value(environment, key).isEmpty()) {
            problems.accept(certificate + " and " + key + " must be set together");
            return null;
        }
        if (own != null && ownKey != null && !PemFile.belongs(ownKey, own.get(0))) {
            problems.accept(key + " must be the key of the certificate in " + certificate);
            return null;
        }
        boolean known = own != null && ownKey != null;
        return authorities != null || known ? of(authorities, known ? own : null, known ? ownKey : null) : null;
    }

    /** With what the JVM trusts, and nobody oneself. */
    public static Tls ofTheJvm() {
        return of(null, null, null);
    }

    /**
     * A context for connections to this host alone. It checks the names of hosts that the JDK does not take for names,
     * those with an underscore; for all others its user has the JDK check them ("HTTPS" as endpoint identification).
     */
    public SSLContext contextFor(String host) {
        if (!CertifiedName.isNeededFor(host)) {
            return context;
        }
        try {
            return context(new CertifiedName(trust, host), keys);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM's TLS takes what it took before", e);
        }
    }

    /** Whether {@link #contextFor} checks the host's name, since the JDK would not. */
    public static boolean checksNameOf(String host) {
        return CertifiedName.isNeededFor(host);
    }

    private static SSLContext context(X509TrustManager trust, List<KeyManager> keys) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.toArray(new KeyManager[0]), new X509TrustManager[] {trust}, null);
        return context;
    }

    private static Tls of(
            @Nullable List<X509Certificate> authorities,
            @Nullable List<X509Certificate> own,
            @Nullable PrivateKey ownKey) {
        try {
            X509TrustManager trust = trust(authorities);
            List<KeyManager> keys = own == null || ownKey == null ? List.of() : keys(own, ownKey);
            return new Tls(context(trust, keys), trust, keys);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JVM's TLS does not take what was read from PEM files", e);
        }
    }

    private static X509TrustManager trust(@Nullable List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = null;
        if (authorities != null) {
            store = emptyStore();
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("authority " + store.size(), authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static List<KeyManager> keys(List<X509Certificate> own, PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setKeyEntry("own", key, NO_PASSWORD, own.toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return List.of(factory.getKeyManagers());
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static <T> @Nullable T read(
            Map<String, String> environment, String variable, Function<Path, T> reader, Consumer<String> problems) {
        String file = value(environment, variable);
        try {
            return file.isEmpty() ? null : reader.apply(Path.of(file));
        } catch (IllegalArgumentException e) {
            problems.accept(variable + " must be " + e.getMessage());
            return null;
        }
    }

    private static String value(Map<String, String> environment, String variable) {
        return environment.getOrDefault(variable, "").strip();
    }
}
