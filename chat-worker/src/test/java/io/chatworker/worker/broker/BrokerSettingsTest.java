package io.chatworker.worker.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatworker.contracts.Topology;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.settings.InvalidSettings;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerSettingsTest {

    @ParameterizedTest
    @ValueSource(strings = {"amqp://ok,http://u:secret@h", ",", "secret"})
    void aBadNodeAmongGoodOnesStopsTheStartAndTellsTheVariableAlone(String uris) {
        Env env = new Env(Map.of("RABBITMQ_URI", uris));
        BrokerSettings.from(env);

        InvalidSettings invalid = catchThrowableOfType(InvalidSettings.class, env::check);

        assertThat(invalid.problems()).hasSize(1).first().asString().startsWith("RABBITMQ_URI must be amqp://");
        assertThat(invalid).hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {".chat", "chat.", "a b", "a..b", "chät", "a/b"})
    void aNamespaceThatIsNoneIsTold(String namespace) {
        Env env = new Env(Map.of("CHAT_NAMESPACE", namespace));

        assertThat(BrokerSettings.from(env).topology()).isEqualTo(Topology.DEFAULT);
        assertThat(catchThrowableOfType(InvalidSettings.class, env::check).problems())
                .singleElement()
                .asString()
                .startsWith("CHAT_NAMESPACE must be ")
                .contains(namespace);
    }
}
