package io.chatworker.worker.ollama;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/** One call of {@code /api/chat}: opened once, by the thread that owns the chat; cancelled from any thread. */
public final class ChatCall {

    private static final long MAX_ERROR_BYTES = 64 * 1024;
    private static final Duration ERROR_BODY_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(10);

    private final Call call;
    private final Progress progress;
    private final OllamaSettings settings;
    private final String model;
    private final ObjectReader json;

    ChatCall(Call call, Progress progress, OllamaSettings settings, String model, ObjectReader json) {
        this.call = call;
        this.progress = progress;
        this.settings = settings;
        this.model = model;
        this.json = json;
    }

    /**
     * Sends the request and waits for the answer to begin. That may take minutes: Ollama sends no byte, not even a
     * header, before the first token.
     *
     * @throws OllamaFailure where no answer began
     */
    public AnswerStream open() throws OllamaFailure {
        long calledAt = System.nanoTime();
        Response response = execute();
        if (response.code() == 200) {
            return new AnswerStream(response, settings, calledAt, json);
        }
        try (response) {
            throw ErrorAnswers.of(response.code(), errorBody(response), model, retryAfter(response));
        }
    }

    /**
     * Closes the connection, so that Ollama stops generating. Sticky: a call that is cancelled first fails when
     * opened. Idempotent.
     */
    public void cancel() {
        call.cancel();
    }

    private Response execute() throws OllamaFailure {
        try {
            return call.execute();
        } catch (InterruptedIOException e) {
            if (progress.connected) {
                throw AnswerStream.stalled(settings.firstTokenTimeout(), false);
            }
            throw OllamaFailure.unreachable(
                    "no connection to Ollama within "
                            + settings.connectTimeout().toMillis() + " ms at "
                            + settings.shown(),
                    false);
        } catch (SSLException e) {
            throw OllamaFailure.unreachable("no TLS with Ollama at " + settings.shown(), false);
        } catch (IOException e) {
            String what =
                    progress.connected ? "Ollama closed the connection before it answered" : "no connection to Ollama";
            throw OllamaFailure.unreachable(what + " at " + settings.shown(), progress.connected);
        }
    }

    private ErrorBody errorBody(Response response) {
        try {
            response.body().source().timeout().deadlineNanoTime(System.nanoTime() + ERROR_BODY_TIMEOUT.toNanos());
            response.body().source().request(MAX_ERROR_BYTES);
            byte[] bytes = response.body().source().getBuffer().readByteArray();
            return ErrorBody.of(new String(bytes, StandardCharsets.UTF_8), json);
        } catch (IOException e) {
            return ErrorBody.of("", json);
        }
    }

    private static @Nullable Duration retryAfter(Response response) {
        return Optional.ofNullable(response.header("Retry-After"))
                .filter(value -> value.matches("\\d{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .map(wait -> wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait)
                .orElse(null);
    }

    /** Tells a connection that was never made from an answer that never came, which OkHttp's exceptions do not. */
    static final class Progress extends EventListener {
        private volatile boolean connected;
        private volatile @Nullable Connection used;

        @Override
        public void connectionAcquired(Call call, Connection connection) {
            connected = true;
            used = connection;
        }

        /** From here on each line has its own limit, which the socket's, meant for the headers, must not undercut. */
        @Override
        public void responseHeadersEnd(Call call, Response response) {
            Connection connection = used;
            try {
                if (connection != null) {
                    connection.socket().setSoTimeout(0);
                }
            } catch (SocketException e) {
                // It is closed, as whoever reads on will find.
            }
        }
    }
}
