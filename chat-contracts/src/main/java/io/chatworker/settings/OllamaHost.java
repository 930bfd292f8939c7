package io.chatworker.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code OLLAMA_HOST} by Ollama's own rules: without a scheme http and port 11434, {@code http://h} is port 80,
 * {@code https://h} 443, {@code ollama.com} is https, a bad port is the scheme's own, a path is kept as base, and an
 * address to bind to ({@code 0.0.0.0}, {@code ::}) is this machine.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 1 to 65535
 * @param path percent-encoded as it was given; begins and ends with {@code /}
 * @see <a href="https://github.com/ollama/ollama/blob/main/envconfig/config.go">envconfig/config.go</a>
 */
public record OllamaHost(boolean https, String host, int port, String path) {

    /** What a variable may hold, for messages. */
    public static final String ACCEPTED = "host, host:port or http(s)://host:port/path, such as http://localhost:11434";

    private static final Pattern PARTS = Pattern.compile("(?:(?<scheme>https?)://)?"
            + "(?<host>\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\\]|[^:/\\[\\]?#@\\\\\\s]*|[0-9a-fA-F:]*:[0-9a-fA-F:]*)"
            + "(?::(?<port>[^/:@]*))?(?<path>/(?!/)[^?#\\s]*)?");

    /**
     * Reads one; the empty text is Ollama's usual place on this machine. A user and password before the host are not
     * accepted.
     *
     * @throws IllegalArgumentException with {@link #ACCEPTED} and nothing of the text, in which a password may stand
     */
    public static OllamaHost parse(String text) {
        String plain = text.strip().replaceAll("^[\"']+|[\"']+$", "").strip();
        Matcher parts = PARTS.matcher(plain);
        if (!parts.matches()) {
            throw new IllegalArgumentException(ACCEPTED);
        }
        String scheme = parts.group("scheme");
        String host = host(parts.group("host"));
        boolean https = scheme == null ? host.equals("ollama.com") : scheme.equals("https");
        int usualPort = https ? 443 : scheme == null ? 11434 : 80;
        return new OllamaHost(https, host, port(parts.group("port"), usualPort), path(parts.group("path")));
    }

    /** The base address, with its port and a trailing {@code /}. */
    @Override
    public String toString() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return (https ? "https://" : "http://") + name + ":" + port + path;
    }

    private static String host(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return switch (bare) {
            case "", "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> bare;
        };
    }

    private static int port(@Nullable String port, int otherwise) {
        if (port == null || !port.matches("\\d{1,5}")) {
            return otherwise;
        }
        int number = Integer.parseInt(port);
        return number < 1 || number > 65535 ? otherwise : number;
    }

    private static String path(@Nullable String path) {
        if (path == null) {
            return "/";
        }
        return path.endsWith("/") ? path : path + "/";
    }
}
