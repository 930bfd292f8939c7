package io.chatworker.worker.intake;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often the broker gave a request to a worker before.
 *
 * <p>On a first delivery the headers are the publisher's and count for nothing. RabbitMQ counts acquisitions in
 * {@code x-acquired-count} from 4.3, where {@code x-delivery-count} counts failures only; before, a publisher's forged
 * {@code x-acquired-count} would come through, and {@code x-delivery-count} is the count.
 *
 * @see <a href="https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling">poison messages</a>
 */
final class EarlierDeliveries {

    private EarlierDeliveries() {}

    static int of(Envelope envelope, BasicProperties properties, boolean countsAcquisitions) {
        if (!envelope.isRedeliver()) {
            return 0;
        }
        Map<String, Object> headers = properties.getHeaders() == null ? Map.of() : properties.getHeaders();
        Integer acquired = countsAcquisitions ? count(headers.get("x-acquired-count")) : null;
        Integer delivered = acquired == null ? count(headers.get("x-delivery-count")) : acquired;
        return delivered == null ? 1 : delivered;
    }

    /** Whether a broker of this version, such as {@code 4.3.6}, counts acquisitions. */
    static boolean countedBy(String version) {
        String[] parts = version.split("[.+-]", 3);
        try {
            int major = Integer.parseInt(parts[0]);
            return major > 4 || (major == 4 && Integer.parseInt(parts[1]) >= 3);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }

    private static @Nullable Integer count(@Nullable Object header) {
        if (!(header instanceof Number number) || number.longValue() < 0) {
            return null;
        }
        return (int) Math.min(number.longValue(), Integer.MAX_VALUE);
    }
}
