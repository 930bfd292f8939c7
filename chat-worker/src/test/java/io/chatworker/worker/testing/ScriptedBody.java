package io.chatworker.worker.testing;

import io.chatworker.worker.testing.ScriptedAnswer.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.SocketEffect;
import okio.BufferedSink;

/**
 * Plays one {@link ScriptedAnswer} on one connection: what comes before the first bytes while the response is asked
 * for, so that headers wait too, the rest as its body.
 */
final class ScriptedBody implements MockResponseBody {

    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final long LOOK_MS = 10;

    private final ScriptedAnswer answer;
    private final CompletableFuture<Long> gone;
    private final WatchedSockets.Watched socket;
    private final boolean chunked;
    private int at;

    ScriptedBody(ScriptedAnswer answer, CompletableFuture<Long> gone, WatchedSockets.Watched socket) {
        this.answer = answer;
        this.gone = gone;
        this.socket = socket;
        this.chunked = answer.headers.containsKey("Transfer-Encoding");
    }

    MockResponse response() {
        MockResponse.Builder response = new MockResponse.Builder().code(answer.status);
        try {
            while (at < answer.steps.size() && !(answer.steps.get(at) instanceof Step.Send)) {
                take(answer.steps.get(at++));
            }
        } catch (IOException e) {
            return response.onResponseStart(new SocketEffect.CloseSocket()).build();
        }
        response.body(this).clearHeaders();
        answer.headers.forEach(response::addHeader);
        return response.build();
    }

    @Override
    public long getContentLength() {
        return -1;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        while (at < answer.steps.size()) {
            Step step = answer.steps.get(at++);
            if (step instanceof Step.Send(String text)) {
                send(text, sink);
            } else {
                take(step);
            }
        }
        if (chunked) {
            // The server adds the empty line.
            sink.writeUtf8("0\r\n");
        }
    }

    private void send(String text, BufferedSink sink) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            if (chunked && bytes.length > 0) {
                sink.writeHexadecimalUnsignedLong(bytes.length).writeUtf8("\r\n");
                sink.write(bytes).writeUtf8("\r\n");
            } else {
                sink.write(bytes);
            }
            sink.flush();
        } catch (IOException e) {
            throw wentAway();
        }
    }

    private void take(Step step) throws IOException {
        switch (step) {
            case Step.Await(CountDownLatch signal) -> {
                if (!isGiven(signal, LONGEST)) {
                    throw new IOException("nobody gave the signal");
                }
            }
            case Step.Pause(Duration length) -> {
                var _ = isGiven(new CountDownLatch(1), length);
            }
            case Step.Stall() -> {
                if (!isGiven(new CountDownLatch(1), LONGEST)) {
                    throw new IOException("the client waited longer than any test");
                }
            }
            case Step.Cut() -> {
                socket.close();
                throw new IOException("cut by the script");
            }
            case Step.Send _ -> throw new IllegalStateException("sent elsewhere");
        }
    }

    private boolean isGiven(CountDownLatch signal, Duration longest) throws IOException {
        long deadline = System.nanoTime() + longest.toNanos();
        try {
            while (true) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (signal.await(Math.clamp(left, 0, LOOK_MS), TimeUnit.MILLISECONDS)) {
                    return true;
                }
                if (socket.isLeftByClient()) {
                    throw wentAway();
                }
                if (left <= 0) {
                    return false;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private IOException wentAway() throws IOException {
        gone.complete(System.nanoTime());
        socket.close();
        return new IOException("the client went away");
    }
}
