package io.chatworker.worker.ollama;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.worker.testing.Waits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import okhttp3.Dns;
import org.junit.jupiter.api.Test;

class HostLookupTest {

    private static final List<InetAddress> LOOPBACK = List.of(InetAddress.getLoopbackAddress());

    private final AtomicInteger lookups = new AtomicInteger();

    @Test
    void itAsksTheSystem() throws UnknownHostException {
        assertThat(new HostLookup(Dns.SYSTEM, Duration.ofSeconds(10)).lookup("localhost"))
                .isNotEmpty()
                .allMatch(InetAddress::isLoopbackAddress);
    }

    @Test
    void oneThatHangsEndsWithTheLimitAndIsNotBegunAgain() {
        CountDownLatch never = new CountDownLatch(1);
        HostLookup lookup = new HostLookup(host -> awaited(never), Duration.ofMillis(50));

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> lookup.lookup("ollama"))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage("ollama was not found within 50 ms");
        }

        assertThat(lookups).hasValue(1);
        never.countDown();
        Waits.until("an answer that came late", () -> finds(lookup));
    }

    @Test
    void whoAsksMeanwhileSharesTheAnswerAndAVirtualThreadNeverLooksItself() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        HostLookup lookup = new HostLookup(host -> awaited(slow), Duration.ofSeconds(10));
        CountDownLatch asking = new CountDownLatch(20);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<InetAddress>>> found = IntStream.range(0, 20)
                    .mapToObj(_ -> threads.submit(() -> {
                        asking.countDown();
                        return lookup.lookup("ollama");
                    }))
                    .toList();
            assertThat(asking.await(10, SECONDS)).isTrue();
            Waits.until("the lookup", () -> lookups.get() == 1);
            slow.countDown();
            for (Future<List<InetAddress>> one : found) {
                assertThat(one.get(10, SECONDS)).isEqualTo(LOOPBACK);
            }
        }
    }

    @Test
    void whatIsNotKnownIsToldAndLookedUpAgain() {
        HostLookup lookup = new HostLookup(
                host -> {
                    lookups.incrementAndGet();
                    throw new UnknownHostException(host);
                },
                Duration.ofSeconds(10));

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> lookup.lookup("nowhere"))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("nowhere");
        }

        assertThat(lookups).hasValue(2);
    }

    private static boolean finds(HostLookup lookup) {
        try {
            return lookup.lookup("ollama").equals(LOOPBACK);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private List<InetAddress> awaited(CountDownLatch signal) {
        lookups.incrementAndGet();
        assertThat(Thread.currentThread().isVirtual()).isFalse();
        try {
            assertThat(signal.await(20, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return LOOPBACK;
    }
}
