package io.chatworker.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The nodes that {@code RABBITMQ_URI} names, to be tried in turn. */
record BrokerNodes(List<URI> uris) {

    static final String DEFAULT = "amqp://guest:guest@localhost:5672";

    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
    private static final Pattern LONE_SLASH = Pattern.compile("(amqps?://[^/?]+)/(\\?.*)?");

    static BrokerNodes parse(String text) {
        List<URI> uris = new ArrayList<>();
        for (String node : COMMA.split(text.strip(), -1)) {
            uris.add(uri(node));
        }
        return new BrokerNodes(List.copyOf(uris));
    }

    /** The Java client takes a lone slash for the virtual host with the empty name; everybody else for the default. */
    private static URI uri(String node) {
        Matcher loneSlash = LONE_SLASH.matcher(node);
        String rest = loneSlash.matches() && loneSlash.group(2) != null ? loneSlash.group(2) : "";
        try {
            URI uri = new URI(loneSlash.matches() ? loneSlash.group(1) + rest : node);
            if (uri.getHost() == null || !("amqp".equals(uri.getScheme()) || "amqps".equals(uri.getScheme()))) {
                throw notAnAddress(null);
            }
            return uri;
        } catch (URISyntaxException e) {
            throw notAnAddress(e);
        }
    }

    /** Without the value, which may hold a password. */
    private static Trouble notAnAddress(@Nullable Throwable cause) {
        return new Trouble(
                "RABBITMQ_URI is not a broker's address.",
                "Write it as amqp://user:password@host:5672/vhost (amqps:// for TLS, several with commas between"
                        + " them); special characters in user, password and vhost percent-encoded.",
                cause);
    }
}
