package io.chatworker.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.impl.LongStringHelper;
import io.chatworker.worker.testing.Law;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlierDeliveriesTest {

    @ParameterizedTest
    @Law(7)
    @DisplayName("Counts that a publisher forged on a first delivery are ignored")
    @CsvSource(nullValues = "-", textBlock = """
            false, 7, 8
            true,  7, 8
            true,  -, 8
            false, 7, -
            true,  -, -
            """)
    void aRedeliveryCountForgedOnAFirstDeliveryIsIgnored(boolean countsAcquisitions, Long acquired, Long delivered) {
        assertThat(count(false, countsAcquisitions, acquired, delivered)).isZero();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            # counts acquisitions, x-acquired-count, x-delivery-count, earlier deliveries
            false, -, -, 1
            false, -, 1, 1
            false, -, 3, 3
            false, 9, 3, 3
            false, 9, -, 1
            true,  -, -, 1
            true,  2, 0, 2
            true,  2, -, 2
            true,  -, 4, 4
            false, -, 0, 0
            false, -, -1, 1
            true,  -5, 3, 3
            false, -, 99999999999, 2147483647
            """)
    void aRedeliveryIsCountedAsItsBrokerDoes(boolean countsAcquisitions, Long acquired, Long delivered, int earlier) {
        assertThat(count(true, countsAcquisitions, acquired, delivered)).isEqualTo(earlier);
    }

    @Test
    void aCountThatIsNoNumberIsNone() {
        Map<String, Object> headers = new HashMap<>();
        headers.put("x-delivery-count", LongStringHelper.asLongString("7"));
        headers.put("x-acquired-count", null);

        assertThat(EarlierDeliveries.of(envelope(true), properties(headers), true))
                .isEqualTo(1);
        assertThat(EarlierDeliveries.of(envelope(true), new BasicProperties(), true))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "3.8.9, false",
        "3.10.25, false",
        "3.13.7, false",
        "4.0.2, false",
        "4.2.0, false",
        "4.3.0, true",
        "4.3.0-beta.1, true",
        "4.3.6+1.g123, true",
        "4.10.0, true",
        "5.0.0, true",
        "10.1, true",
        "4, false",
        "'', false",
        "null, false",
        "x.y, false"
    })
    void acquisitionsAreCountedFromFourDotThree(String version, boolean counts) {
        assertThat(EarlierDeliveries.countedBy(version)).isEqualTo(counts);
    }

    private static int count(boolean redelivered, boolean countsAcquisitions, Long acquired, Long delivered) {
        Map<String, Object> headers = new HashMap<>();
        if (acquired != null) {
            headers.put("x-acquired-count", acquired);
        }
        if (delivered != null) {
            headers.put("x-delivery-count", delivered);
        }
        return EarlierDeliveries.of(envelope(redelivered), properties(headers), countsAcquisitions);
    }

    private static Envelope envelope(boolean redelivered) {
        return new Envelope(1, redelivered, "chat.requests", "any");
    }

    private static BasicProperties properties(Map<String, Object> headers) {
        return new BasicProperties.Builder().headers(headers).build();
    }
}
