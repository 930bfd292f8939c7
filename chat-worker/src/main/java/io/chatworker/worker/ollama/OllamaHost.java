package io.chatworker.worker.ollama;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * {@code OLLAMA_HOST} by Ollama's own rules: without a scheme http and port 11434, {@code http://h} is port 80,
 * {@code https://h} 443, {@code ollama.com} is https, a bad port is the scheme's own, a path is kept as base, and an
 * address to bind to ({@code 0.0.0.0}, {@code ::}) is this machine.
 *
 * @see <a href="https://github.com/ollama/ollama/blob/main/envconfig/config.go">envconfig/config.go</a>
 */
final class OllamaHost {

    static final String ACCEPTED = "host, host:port or http(s)://host:port/path, such as http://localhost:11434";
    private static final Pattern PARTS = Pattern.compile(
            "(?:(?<scheme>https?)://)?(?<host>\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\\]|[^:/\\[\\]]*|[0-9a-fA-F:]*:[0-9a-fA-F:]*)"
                    + "(?::(?<port>[^/:@]*))?(?<path>/(?!/).*)?");

    private OllamaHost() {}

    /** The base address, always with a trailing {@code /}. A user and password before the host are not accepted. */
    static HttpUrl parse(String text) {
        String plain = text.strip().replaceAll("^[\"']+|[\"']+$", "").strip();
        Matcher parts = PARTS.matcher(plain);
        if (!parts.matches()) {
            throw new IllegalArgumentException(ACCEPTED);
        }
        String scheme = parts.group("scheme");
        String host = host(parts.group("host"));
        boolean cloud = scheme == null && host.equals("ollama.com");
        boolean https = cloud || "https".equals(scheme);
        int defaultPort = https ? 443 : scheme == null ? 11434 : 80;
        try {
            return new HttpUrl.Builder()
                    .scheme(https ? "https" : "http")
                    .host(host)
                    .port(port(parts.group("port"), defaultPort))
                    .encodedPath(path(parts.group("path")))
                    .build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ACCEPTED, e);
        }
    }

    private static String host(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return switch (bare) {
            case "", "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> bare;
        };
    }

    private static int port(@org.jspecify.annotations.Nullable String port, int otherwise) {
        if (port == null || !port.matches("\\d{1,5}")) {
            return otherwise;
        }
        int number = Integer.parseInt(port);
        return number < 1 || number > 65535 ? otherwise : number;
    }

    private static String path(@org.jspecify.annotations.Nullable String path) {
        if (path == null) {
            return "/";
        }
        return path.endsWith("/") ? path : path + "/";
    }
}
