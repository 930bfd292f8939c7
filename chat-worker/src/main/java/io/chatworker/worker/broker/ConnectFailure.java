package io.chatworker.worker.broker;

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

/** Why a node could not be connected to, told apart by what has to be done about it. Never names the password. */
final class ConnectFailure {

    private ConnectFailure() {}

    static String told(BrokerNode node, Exception e) {
        String where = node.address();
        if (find(e, UnknownHostException.class) != null) {
            return "no host is known as '" + node.host() + "': check the host in RABBITMQ_URI";
        }
        if (find(e, AuthenticationFailureException.class) != null
                || find(e, PossibleAuthenticationFailureException.class) != null) {
            return "the broker at " + where + " refused user '" + node.user()
                    + "': check user and password in RABBITMQ_URI";
        }
        if (ReplyCode.of(e) == AMQP.NOT_ALLOWED) {
            return "the broker at " + where + " refused vhost '" + node.vhost() + "' (" + BrokerConnection.reason(e)
                    + "): check what is behind the last slash of RABBITMQ_URI, and the user's permissions there";
        }
        SSLException tls = find(e, SSLException.class);
        if (tls != null) {
            return "no TLS with the broker at " + where + " (" + BrokerConnection.reason(tls) + "): " + remedy(tls);
        }
        if (node.tls() && find(e, SocketException.class) != null && find(e, ConnectException.class) == null) {
            // A broker that misses a certificate may be gone before its alert is read.
            return "no TLS with the broker at " + where + " (" + BrokerConnection.reason(e)
                    + "): it closed the connection, check RABBITMQ_CERT_FILE and RABBITMQ_KEY_FILE if it demands them";
        }
        return "no broker at " + where + " (" + BrokerConnection.reason(e) + "): check RABBITMQ_URI";
    }

    private static String remedy(SSLException tls) {
        if (find(tls, CertPathBuilderException.class) != null || find(tls, CertPathValidatorException.class) != null) {
            return "nobody that this worker trusts vouches for its certificate, check RABBITMQ_CA_FILE";
        }
        if (find(tls, CertificateException.class) != null) {
            return "its certificate is not for this host, check the host in RABBITMQ_URI";
        }
        if (String.valueOf(tls.getMessage()).contains("fatal alert")) {
            return "it refuses this worker, check RABBITMQ_CERT_FILE and RABBITMQ_KEY_FILE";
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
