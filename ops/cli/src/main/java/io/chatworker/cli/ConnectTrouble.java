package io.chatworker.cli;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a broker could not be reached, told apart by what has to be done about it. Never quotes the password. */
final class ConnectTrouble {

    private ConnectTrouble() {}

    static Trouble of(URI node, Exception e) {
        String host = String.valueOf(node.getHost());
        int port = port(node);
        String where = host + ":" + port;
        if (find(e, UnknownHostException.class) != null) {
            return new Trouble("The broker's host " + host + " is not known.", "Correct RABBITMQ_URI.", e);
        }
        if (find(e, AuthenticationFailureException.class) != null
                || find(e, PossibleAuthenticationFailureException.class) != null) {
            return new Trouble(
                    "The broker at " + where + " refuses the user or the password.",
                    "Correct them in RABBITMQ_URI (guest may only connect from the broker's own machine).",
                    e);
        }
        ShutdownSignalException refused = find(e, ShutdownSignalException.class);
        if (refused != null && Broken.replyCode(refused) == Broken.NOT_ALLOWED) {
            return new Trouble(
                    "The broker at " + where + " has no virtual host " + vhost(node) + " for this user: "
                            + Broken.replyText(refused) + ".",
                    "Correct the part of RABBITMQ_URI behind the last slash, or create it there.",
                    e);
        }
        // A broker that misses a certificate may be gone before its alert is read.
        boolean closed = find(e, SocketException.class) != null && find(e, ConnectException.class) == null;
        if (find(e, SSLException.class) != null || (closed && "amqps".equals(node.getScheme()))) {
            return new Trouble(
                    "TLS with the broker at " + where + " failed: " + e.getMessage() + ".",
                    "Use the amqps port and the host that its certificate names; RABBITMQ_CA_FILE names whom to trust,"
                            + " RABBITMQ_CERT_FILE and RABBITMQ_KEY_FILE what to show where the broker asks for it.",
                    e);
        }
        if (find(e, ConnectException.class) != null) {
            return new Trouble(
                    "No broker listens on " + where + " (" + e.getMessage() + ").",
                    "Start it, or set RABBITMQ_URI to yours; ops/chat starts one where there is none.",
                    e);
        }
        return new Trouble(
                "The broker at " + where + " does not answer (" + e.getClass().getSimpleName() + ").",
                "Check that the host is up, that its firewall lets you in, and that the port speaks AMQP 0-9-1.",
                e);
    }

    private static String vhost(URI node) {
        String path = node.getPath();
        return path == null || path.isEmpty() ? "/" : path.substring(1);
    }

    private static int port(URI node) {
        if (node.getPort() >= 0) {
            return node.getPort();
        }
        return "amqps".equals(node.getScheme()) ? 5671 : 5672;
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
