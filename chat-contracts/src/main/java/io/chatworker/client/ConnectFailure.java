package io.chatworker.client;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a node could not be connected to, told apart by what has to be done about it. Never names the password.
 *
 * @param what what is wrong, without a capital letter or a full stop
 * @param remedy what to do about it, likewise
 */
public record ConnectFailure(String what, String remedy) {

    static ConnectFailure of(BrokerNode node, Exception e) {
        String where = node.address();
        if (find(e, UnknownHostException.class) != null) {
            return new ConnectFailure("no host is known as '" + node.host() + "'", "check the host in RABBITMQ_URI");
        }
        if (find(e, AuthenticationFailureException.class) != null
                || find(e, PossibleAuthenticationFailureException.class) != null) {
            return new ConnectFailure(
                    "the broker at " + where + " refused user '" + node.user() + "'",
                    "check user and password in RABBITMQ_URI (guest may connect from the broker's own machine only)");
        }
        if (ReplyCode.of(e) == AMQP.NOT_ALLOWED) {
            return new ConnectFailure(
                    "the broker at " + where + " refused vhost '" + node.vhost() + "' (" + ReplyCode.reason(e) + ")",
                    "check what is behind the last slash of RABBITMQ_URI, and the user's permissions there");
        }
        SSLException tls = find(e, SSLException.class);
        if (tls != null) {
            return new ConnectFailure(noTls(where, tls), tlsRemedy(tls));
        }
        boolean closed = find(e, SocketException.class) != null && find(e, ConnectException.class) == null;
        if (closed && node.tls()) {
            // A broker that misses a certificate may be gone before its alert is read.
            return new ConnectFailure(
                    noTls(where, e),
                    "it closed the connection, check RABBITMQ_CERT_FILE and RABBITMQ_KEY_FILE if it demands them");
        }
        return new ConnectFailure(
                "no broker at " + where + " (" + ReplyCode.reason(e) + ")", "start one there, or check RABBITMQ_URI");
    }

    @Override
    public String toString() {
        return what + ": " + remedy;
    }

    private static String noTls(String where, Exception e) {
        return "no TLS with the broker at " + where + " (" + ReplyCode.reason(e) + ")";
    }

    private static String tlsRemedy(SSLException tls) {
        if (find(tls, CertPathBuilderException.class) != null || find(tls, CertPathValidatorException.class) != null) {
            return "no trusted authority vouches for its certificate, check RABBITMQ_CA_FILE";
        }
        if (find(tls, CertificateException.class) != null) {
            return "its certificate is not for this host, check the host in RABBITMQ_URI";
        }
        if (String.valueOf(tls.getMessage()).contains("fatal alert")) {
            return "it refuses this client, check RABBITMQ_CERT_FILE and RABBITMQ_KEY_FILE";
        }
        return "check the port in RABBITMQ_URI";
    }

    private static <T> @Nullable T find(Throwable e, Class<T> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
