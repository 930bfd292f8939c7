package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerNodesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "amqp://h amqp://h",
                "amqp://h/ amqp://h",
                "amqp://u:p@h:5673/ amqp://u:p@h:5673",
                "amqp://u:p@h/?heartbeat=5 amqp://u:p@h?heartbeat=5",
                "amqp://u:p@h/team amqp://u:p@h/team",
                "amqp://u:p@h/%2f amqp://u:p@h/%2f",
                "amqps://h:5671 amqps://h:5671",
                "amqp://[::1]:5672/v amqp://[::1]:5672/v"
            })
    void aTrailingSlashIsTheDefaultVirtualHostAndNotTheOneWithoutAName(String text, String uri) {
        assertThat(BrokerNodes.parse(text).uris()).containsExactly(URI.create(uri));
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqp://u:p@one:1/v,amqp://u:p@two:2/v", " amqp://u:p@one:1/v , amqp://u:p@two:2/v "})
    void nodesAreSeparatedByCommas(String text) {
        assertThat(BrokerNodes.parse(text).uris())
                .containsExactly(URI.create("amqp://u:p@one:1/v"), URI.create("amqp://u:p@two:2/v"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:5672", "http://h", "amqp://", "amqp://u:p@", "amqp://h h", "amqp://h,,"})
    void whatIsNoAddressIsRefusedWithTheFormItHas(String text) {
        assertThatThrownBy(() -> BrokerNodes.parse(text))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("RABBITMQ_URI");
    }

    @Test
    void aPasswordIsNeverQuoted() {
        assertThatThrownBy(() -> BrokerNodes.parse("amqp//u:secret@h"))
                .hasMessageNotContaining("secret")
                .extracting(e -> ((Trouble) e).nextStep())
                .asString()
                .doesNotContain("secret");
    }
}
