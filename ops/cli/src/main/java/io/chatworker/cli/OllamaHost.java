package io.chatworker.cli;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code OLLAMA_HOST} as Ollama's own client reads it. */
final class OllamaHost {

    private static final Pattern PARTS = Pattern.compile(
            "(?:(?<scheme>https?)://)?(?<host>\\[[^\\]]*\\]|[^:/\\[\\]]*|[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F]*)"
                    + "(?::(?<port>[^/:]*))?(?<path>/.*)?");

    private OllamaHost() {}

    static URI parse(String text) {
        String trimmed = text.strip().replaceAll("^[\"']+|[\"']+$", "").strip();
        Matcher parts = PARTS.matcher(trimmed);
        if (!parts.matches()) {
            throw notAnAddress();
        }
        boolean ollamaCom = trimmed.equals("ollama.com");
        String scheme = parts.group("scheme") == null ? (ollamaCom ? "https" : "http") : parts.group("scheme");
        int usual = ollamaCom ? 443 : usualPort(parts.group("scheme"));
        String path = parts.group("path") == null ? "" : parts.group("path").replaceAll("/+$", "");
        try {
            return URI.create(
                    scheme + "://" + host(parts.group("host")) + ":" + port(parts.group("port"), usual) + path);
        } catch (IllegalArgumentException e) {
            throw notAnAddress();
        }
    }

    private static int usualPort(@org.jspecify.annotations.Nullable String scheme) {
        return switch (scheme) {
            case "http" -> 80;
            case "https" -> 443;
            case null, default -> 11434;
        };
    }

    /** A bind address is where a server listens, not where a client goes. */
    private static String host(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return switch (bare) {
            case "", "0.0.0.0" -> "127.0.0.1";
            case "::" -> "[::1]";
            default -> bare.contains(":") ? "[" + bare + "]" : bare;
        };
    }

    private static int port(@org.jspecify.annotations.Nullable String text, int usual) {
        try {
            int port = text == null ? usual : Integer.parseInt(text);
            return port < 0 || port > 65_535 ? usual : port;
        } catch (NumberFormatException e) {
            return usual;
        }
    }

    private static Trouble notAnAddress() {
        return new Trouble("OLLAMA_HOST is not an address.", "Write it as host:port or http://host:port.");
    }
}
