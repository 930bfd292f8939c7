package io.chatworker.client;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurator;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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
    private static final Pattern AUTHORITY = Pattern.compile("((?<user>[^:@]*)(:(?<password>[^@]*))?@)?"
            + "(?<host>\\[[0-9a-fA-F:.]+(%[^\\]]+)?\\]|[A-Za-z0-9._~-]+)(:(?<port>\\d{0,5}))?");
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
        if (uri.getRawFragment() != null || !(tls || "amqp".equals(uri.getScheme()))) {
            throw new IllegalArgumentException(ACCEPTED);
        }
        // Not by the URI's own host, which is null where it has an underscore.
        Matcher authority = AUTHORITY.matcher(uri.getRawAuthority() == null ? "" : uri.getRawAuthority());
        if (!authority.matches()) {
            throw new IllegalArgumentException(ACCEPTED + ", and one of them has no host");
        }
        String user = authority.group("user");
        String password = authority.group("password");
        return new BrokerNode(
                tls,
                authority.group("host"),
                port(authority.group("port"), tls),
                user == null ? ConnectionFactory.DEFAULT_USER : decode(user),
                password == null ? ConnectionFactory.DEFAULT_PASS : decode(password),
                vhost(uri.getRawPath()),
                heartbeat(uri.getRawQuery()));
    }

    /** Host and port, for messages. */
    public String address() {
        return host + ":" + port;
    }

    /** Makes it connect to this node; without recovery, and with the host's name checked where there is TLS. */
    ConnectionFactory set(ConnectionFactory factory, @Nullable Tls trusted) {
        factory.setHost(host);
        factory.setPort(port);
        factory.setUsername(user);
        factory.setPassword(password);
        factory.setVirtualHost(vhost);
        factory.setRequestedHeartbeat(heartbeat);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        if (tls) {
            SocketConfigurator plain = factory.getSocketConfigurator();
            // Has the JDK check the host's name, too.
            factory.useSslProtocol((trusted == null ? Tls.ofTheJvm() : trusted).contextFor(host));
            if (Tls.checksNameOf(host)) {
                factory.setSocketConfigurator(plain);
            }
        }
        return factory;
    }

    @Override
    public String toString() {
        return (tls ? "amqps://" : "amqp://") + user + "@" + address() + "/" + vhost;
    }

    private static int port(@Nullable String text, boolean tls) {
        int port = text == null || text.isEmpty() ? ConnectionFactory.portOrDefault(-1, tls) : Integer.parseInt(text);
        if (port == 0 || port > 65535) {
            throw new IllegalArgumentException(ACCEPTED + "; a port is a number from 1 to 65535");
        }
        return port;
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
