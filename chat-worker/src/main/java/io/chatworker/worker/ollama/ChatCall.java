package io.chatworker.worker.ollama;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/** One call of {@code /api/chat}: opened once, by the thread that owns the chat; cancelled from any thread. */
public final class ChatCall {

    static final String PATH = "api/chat";

    private final Call call;
    private final Progress progress;
    private final OllamaSettings settings;
    private final Judge judge;
    private final ObjectReader json;

    ChatCall(Call call, Progress progress, OllamaSettings settings, Judge judge, ObjectReader json) {
        this.call = call;
        this.progress = progress;
        this.settings = settings;
        this.judge = judge;
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
            return new AnswerStream(response, settings, calledAt, judge, json);
        }
        ErrorAnswer answer;
        try (response) {
            answer = ErrorAnswer.of(response, PATH, json);
        }
        throw judge.of(answer);
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
            throw timedOut();
        } catch (SSLException e) {
            throw OllamaFailure.unreachable("no TLS with Ollama at " + settings.shown());
        } catch (IOException e) {
            if (!progress.connected) {
                throw OllamaFailure.unreachable("no connection to Ollama at " + settings.shown());
            }
            String reset = "Ollama closed the connection before it answered at " + settings.shown();
            throw call.isCanceled() ? OllamaFailure.unreachable(reset) : judge.ofReset(reset);
        }
    }

    private OllamaFailure timedOut() {
        if (progress.asked) {
            return AnswerStream.stalled("gave no first token", settings.firstTokenTimeout());
        }
        if (progress.connected) {
            return AnswerStream.stalled("did not read the request on", settings.idleTimeout());
        }
        return OllamaFailure.unreachable("no connection to Ollama within "
                + settings.connectTimeout().toMillis() + " ms at " + settings.shown());
    }

    /**
     * How far the call has got, which OkHttp's exceptions do not say: a connection that was never made, a request that
     * was never read, an answer that never came.
     */
    static final class Progress extends EventListener {
        private volatile boolean connected;
        private volatile boolean asked;
        private volatile @Nullable Connection used;

        @Override
        public void connectionAcquired(Call call, Connection connection) {
            connected = true;
            used = connection;
        }

        @Override
        public void requestBodyEnd(Call call, long bytes) {
            asked = true;
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
