package io.chatworker.worker.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatheringOutputTest {

    private static final Duration NEVER = Duration.ofHours(1);

    private final Wire wire = new Wire();
    private final CountDownLatch broken = new CountDownLatch(1);

    private GatheringOutput output = gathering(NEVER);

    @AfterEach
    void endThread() {
        output.close();
    }

    @Test
    void theFirstFlushAfterASilenceLeavesAtOnce() throws Exception {
        send("one");

        assertThat(wire.writes).containsExactly("one");
    }

    @Test
    void whatComesWithinTheBeatWaitsForIt() throws Exception {
        send("one");
        send("two");
        send("three");

        assertThat(wire.writes).containsExactly("one");
    }

    @Test
    void whatComesWithinTheBeatLeavesTogetherAtItsEnd() throws Exception {
        output = gathering(Duration.ofMillis(50));
        output.start("beat of " + getClass().getSimpleName());
        send("one");
        send("two");
        send("three");

        assertThat(wire.next()).isEqualTo("one");
        assertThat(wire.next()).isEqualTo("twothree");
    }

    @Test
    void whatIsInAHurryTakesAllAlong() throws Exception {
        send("one");
        send("two");
        output.write("three".getBytes(StandardCharsets.UTF_8));

        output.hurry();

        assertThat(wire.writes).containsExactly("one", "twothree");
    }

    @Test
    void moreThanTheBoundDoesNotWaitAndStaysInOrder() throws Exception {
        send("one");
        send("two");
        byte[] large = new byte[GatheringOutput.MOST_GATHERED + 1];
        output.write(large, 0, large.length);

        assertThat(wire.writes).hasSize(3);
        assertThat(wire.writes).element(1).isEqualTo("two");
    }

    @Test
    void manySmallOnesNeverGatherMoreThanTheBound() throws Exception {
        send("one");
        byte[] piece = new byte[1000];
        for (int i = 0; i < 200; i++) {
            output.write(piece, 0, piece.length);
            output.flush();
        }

        assertThat(wire.writes).hasSizeGreaterThan(2).allMatch(written -> written.length() <= 64 * 1024);
    }

    @Test
    void aFailedGatheredWriteClosesTheSocketAndSurfacesAtTheNextFlush() throws Exception {
        output = gathering(Duration.ofMillis(20));
        output.start("beat of " + getClass().getSimpleName());
        send("one");
        wire.failure = new IOException("reset by peer");
        send("two");

        assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> send("three")).isInstanceOf(IOException.class).hasMessageContaining("reset by peer");
    }

    @Test
    void theEndWritesWhatIsGathered() throws Exception {
        send("one");
        send("two");

        output.finish();

        assertThat(wire.writes).containsExactly("one", "two");
    }

    @Test
    void theEndDoesNotWaitForASocketThatTakesNothing() throws Exception {
        send("one");
        wire.blocked = new CountDownLatch(1);
        send("two");
        long began = System.nanoTime();

        output.finish();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        assertThat(wire.writes).containsExactly("one");
        wire.blocked.countDown();
    }

    @Test
    void afterTheEndAWriteIsAnError() {
        output.close();

        assertThatThrownBy(() -> send("late")).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void manyThreadsLoseNothingAndKeepTheirOrder() throws Exception {
        output = gathering(Duration.ofNanos(200_000));
        output.start("beat of " + getClass().getSimpleName());
        int threads = 8;
        int each = 2_000;
        List<CompletableFuture<Void>> writers = new java.util.ArrayList<>();
        for (int t = 0; t < threads; t++) {
            char name = (char) ('a' + t);
            writers.add(CompletableFuture.runAsync(() -> {
                Random random = new Random(name);
                for (int i = 0; i < each; i++) {
                    try {
                        send(name + String.format("%05d", i));
                        if (random.nextInt(50) == 0) {
                            output.hurry();
                        }
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }));
        }
        CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        output.finish();

        String all = String.join("", wire.writes);
        assertThat(all).hasSize(threads * each * 6);
        int[] next = new int[threads];
        for (int i = 0; i < all.length(); i += 6) {
            int thread = all.charAt(i) - 'a';
            assertThat(Integer.parseInt(all.substring(i + 1, i + 6))).isEqualTo(next[thread]++);
        }
        assertThat(wire.writes.size()).isLessThan(threads * each);
    }

    private GatheringOutput gathering(Duration beat) {
        return new GatheringOutput(wire, beat, broken::countDown);
    }

    private void send(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        output.write(bytes, 0, bytes.length);
        output.flush();
    }

    /** A socket's stream that says what each system call would have carried. */
    private static final class Wire extends OutputStream {

        final BlockingQueue<String> writes = new LinkedBlockingQueue<>();
        volatile CountDownLatch blocked = new CountDownLatch(0);
        volatile IOException failure;

        @Override
        public void write(int b) {
            throw new IllegalStateException("one byte at a time");
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            try {
                blocked.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (failure != null) {
                throw failure;
            }
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            copy.write(bytes, offset, count);
            writes.add(copy.toString(StandardCharsets.UTF_8));
        }

        String next() throws InterruptedException {
            return writes.poll(10, TimeUnit.SECONDS);
        }
    }
}
