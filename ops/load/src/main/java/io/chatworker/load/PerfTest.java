package io.chatworker.load;

import java.util.List;
import java.util.Locale;

/** RabbitMQ's own load generator as a publisher: the cost of the messages alone. */
final class PerfTest {

    static final String MAIN = "com.rabbitmq.perf.PerfTest";

    /** PerfTest writes number and time into each body. */
    private static final double MIN_BYTES = 12;

    private PerfTest() {}

    /** Publishes confirmed, transient messages to the queues that the driver reads. */
    static List<String> arguments(String brokerUri, String exchange, double messagesPerSecond, double bytes) {
        return List.of(
                "--uri=" + brokerUri,
                "--exchange=" + exchange,
                "--type=topic",
                "--routing-key=" + Answer.conversation(0) + ".r1.chunk",
                "--predeclared",
                "--producers=1",
                "--consumers=0",
                "--confirm=1000",
                "--rate=" + String.format(Locale.ROOT, "%.1f", Math.max(1, messagesPerSecond)),
                "--size=" + String.format(Locale.ROOT, "%.0f", Math.max(MIN_BYTES, bytes)));
    }
}
