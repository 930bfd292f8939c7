package io.chatworker.client;

import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One node of {@code RABBITMQ_URI}: {@code amqp[s]://[user[:password]@]host[:port][/vhost][?heartbeat=seconds]}.
 *
 * <p>A trailing {@code /} is the default vhost, as most clients take it; the Java client alone reads it as the vhost
 * without a name, which no broker has.
 *
 * @param heartbeat in seconds; 0: none
 * @see <a href="https://www.rabbitmq.com/docs/uri-spec">RabbitMQ URI specification</a>
 */
public record BrokerNode(
        boolean tls, String host, int port, String user, String password, String vhost, int heartbeat) {

    /** What an address must look like, for messages. */
    public static final String ACCEPTED =
            "amqp://user:password@host:port/vhost or amqps://…, several with commas between";

    private static final int DEFAULT_HEARTBEAT_SECONDS = 15;
    private static final Pattern HEARTBEAT = Pattern.compile("heartbeat=(\\d{1,5})");

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with what is accepted, and nothing of the text: a password stands in it
     */
    public static BrokerNode parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(ACCEPTED + ", and one of them is no URI", e);
        }
        boolean tls = "amqps".equals(uri.getScheme());
        if (!tls && !"amqp".equals(uri.getScheme())) {
            throw new IllegalArgumentException(ACCEPTED);
        }
        String[] login = userInfo(uri).split(":", 2);
        return new BrokerNode(
                tls,
                host(uri),
                port(uri, tls),
                decode(login[0]),
                login.length == 2 ? decode(login[1]) : ConnectionFactory.DEFAULT_PASS,
                vhost(uri.getRawPath()),
                heartbeat(uri.getRawQuery()));
    }

    /** Host and port, for messages. */
    public String address() {
        return host + ":" + port;
    }

    /** Makes it connect to this node; without recovery, and with the host's name checked where there is TLS. */
    ConnectionFactory set(ConnectionFactory factory, @Nullable Tls trusted) throws GeneralSecurityException {
        factory.setHost(host);
        factory.setPort(port);
        factory.setUsername(user);
        factory.setPassword(password);
        factory.setVirtualHost(vhost);
        factory.setRequestedHeartbeat(heartbeat);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        if (tls) {
            if (trusted == null) {
                // With what the JVM trusts.
                factory.useSslProtocol();
            } else {
                factory.useSslProtocol(trusted.context());
            }
            factory.enableHostnameVerification();
        }
        return factory;
    }

    @Override
    public String toString() {
        return (tls ? "amqps://" : "amqp://") + user + "@" + address() + "/" + vhost;
    }

    private static String userInfo(URI uri) {
        return uri.getRawUserInfo() == null ? ConnectionFactory.DEFAULT_USER : uri.getRawUserInfo();
    }

    private static String host(URI uri) {
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(ACCEPTED + ", and one of them has no host");
        }
        return uri.getHost();
    }

    private static int port(URI uri, boolean tls) {
        if (uri.getPort() < 0) {
            return ConnectionFactory.portOrDefault(-1, tls);
        }
        if (uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new IllegalArgumentException(ACCEPTED + "; a port is a number from 1 to 65535");
        }
        return uri.getPort();
    }

    private static String vhost(@Nullable String path) {
        if (path == null || path.isEmpty() || path.equals("/")) {
            return ConnectionFactory.DEFAULT_VHOST;
        }
        if (path.indexOf('/', 1) > 0) {
            throw new IllegalArgumentException(ACCEPTED + "; a '/' in a vhost's name is written %2f");
        }
        return decode(path.substring(1));
    }

    private static int heartbeat(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return DEFAULT_HEARTBEAT_SECONDS;
        }
        Matcher matcher = HEARTBEAT.matcher(query);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(ACCEPTED + "; of parameters only ?heartbeat=SECONDS");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
