package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownCommandsTest {

    @RegisterExtension
    static final Checkout.Open checkout = new Checkout.Open();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ops/nothing",
                "ops/down --nothing",
                "ops/ctl nothing",
                "ops/ctl dead-letters list --nothing",
                "ops/test -pl nowhere",
                "ops/test -pl chat-worker -Dtest=NoSuchTest",
                "ops/release-check nothing",
                "ops/chat 'why",
                "mvn -pl nowhere install",
                "docker compose nothing",
                "docker compose --profile nothing up",
                "docker compose logs nothing",
                "docker compose up --nothing",
                "helm install chat ops/helm --set settings.NOTHING=1",
                "helm install chat elsewhere",
                "frobnicate --all"
            })
    void whatIsWrongWithACommandIsFound(String command) {
        assertThat(checkout.get().known().problems(command)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ops/ctl ask --tool NAME \"What time is it?\" | cat",
                "CHAT_CONCURRENCY=2 ops/worker  # in the foreground",
                "docker compose exec rabbitmq rabbitmqctl list_queues name",
                "mvn -pl chat-contracts -am install && ops/down --purge",
                "source <(ops/ctl completion bash)"
            })
    void aCommandThatExistsIsLeftAlone(String command) {
        assertThat(checkout.get().known().problems(command)).isEmpty();
    }
}
