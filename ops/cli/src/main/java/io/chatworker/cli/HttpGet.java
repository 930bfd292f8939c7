package io.chatworker.cli;

import io.chatworker.client.Tls;
import io.chatworker.settings.OllamaHeader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * One question by HTTP that follows no redirect. By the JDK's old client: its new one takes no host with an underscore,
 * and container networks are full of them.
 */
final class HttpGet {

    static final int LIMIT_SECONDS = 10;
    private static final int MAX_BODY_BYTES = 1 << 20;

    /**
     * What came back.
     *
     * @param location where a redirect leads; null where there is none
     */
    record Answer(int status, String body, @Nullable String location) {}

    private HttpGet() {}

    /** Asks with these headers. Where {@code https} is spoken, the host's certificate must name it. */
    static Answer ask(String url, List<OllamaHeader> headers, @Nullable Tls trusted) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(LIMIT_SECONDS * 1000);
        connection.setReadTimeout(LIMIT_SECONDS * 1000);
        connection.setInstanceFollowRedirects(false);
        headers.forEach(header -> connection.addRequestProperty(header.name(), header.value()));
        if (connection instanceof HttpsURLConnection secured) {
            String host = connection.getURL().getHost();
            Tls tls = trusted == null ? Tls.ofTheJvm() : trusted;
            secured.setSSLSocketFactory(tls.contextFor(host).getSocketFactory());
            if (Tls.checksNameOf(host)) {
                // Asked because the JDK's own check takes no such name; that of the context has let it in.
                secured.setHostnameVerifier((name, session) -> name.equals(host));
            }
        }
        try {
            int status = connection.getResponseCode();
            try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                String text = body == null ? "" : new String(body.readNBytes(MAX_BODY_BYTES), StandardCharsets.UTF_8);
                return new Answer(status, text, connection.getHeaderField("Location"));
            }
        } finally {
            connection.disconnect();
        }
    }
}
