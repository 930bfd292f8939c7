package io.chatworker.client;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts whom another trusts, and only where the certificate names the host. The JDK checks names by itself, but takes
 * one with an underscore for no name at all and lets no such host in; container networks are full of them. The rule
 * here is the JDK's: a DNS name of the subject's alternative names, whose first label may be {@code *}.
 *
 * <p>Such a name does not go into the greeting (SNI, RFC 6066 asks for letters, digits and hyphens): the JDK sends none
 * by itself, and a server on the JDK would end the handshake with {@code illegal_parameter}.
 */
final class CertifiedName extends X509ExtendedTrustManager {

    private static final int DNS_NAME = 2;

    private final X509TrustManager trust;
    private final String host;

    CertifiedName(X509TrustManager trust, String host) {
        this.trust = trust;
        this.host = host;
    }

    /** Whether the JDK leaves the check of this host's name to this class. */
    static boolean isNeededFor(String host) {
        return host.indexOf('_') >= 0;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        if (trust instanceof X509ExtendedTrustManager extended) {
            extended.checkServerTrusted(chain, type, socket);
        } else {
            trust.checkServerTrusted(chain, type);
        }
        checkName(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        if (trust instanceof X509ExtendedTrustManager extended) {
            extended.checkServerTrusted(chain, type, engine);
        } else {
            trust.checkServerTrusted(chain, type);
        }
        checkName(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        trust.checkServerTrusted(chain, type);
        checkName(chain[0]);
    }

    private void checkName(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        boolean named = names != null
                && names.stream().anyMatch(name -> name.get(0).equals(DNS_NAME) && matches((String) name.get(1), host));
        if (!named) {
            throw new CertificateException("No subject alternative DNS name matching " + host + " found.");
        }
    }

    /** Whether the name in a certificate is that of the host, or has {@code *} for its first label. */
    static boolean matches(String certified, String host) {
        String name = certified.toLowerCase(Locale.ROOT);
        String wanted = host.toLowerCase(Locale.ROOT);
        if (!name.startsWith("*.")) {
            return name.equals(wanted);
        }
        int dot = wanted.indexOf('.');
        return dot > 0 && name.indexOf('.', 2) > 0 && name.substring(1).equals(wanted.substring(dot));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        trust.checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        trust.checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        trust.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }
}
