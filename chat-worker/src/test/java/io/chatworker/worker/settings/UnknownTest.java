package io.chatworker.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class UnknownTest {

    @Test
    void aMisspeltSettingIsToldWithTheNearestName() {
        Env env = new Env(Map.of(
                "CHAT_CONCURENCY", "4",
                "OLLAMA_MODLE", "m",
                "RABBITMQ_URL", "amqp://broker",
                "CHAT_SOMETHING_ELSE", "x",
                "CHAT_CONCURRENCY", "2",
                "PATH", "/bin"));
        env.integer("CHAT_CONCURRENCY", 1, 1, 9);
        env.text("OLLAMA_MODEL");
        env.variables().get("RABBITMQ_URI");

        assertThat(env.unknown())
                .containsExactly(
                        "CHAT_CONCURENCY is no setting of the worker and has no effect; the nearest is CHAT_CONCURRENCY",
                        "CHAT_SOMETHING_ELSE is no setting of the worker and has no effect",
                        "OLLAMA_MODLE is no setting of the worker and has no effect; the nearest is OLLAMA_MODEL",
                        "RABBITMQ_URL is no setting of the worker and has no effect; the nearest is RABBITMQ_URI");
    }

    @Test
    void whatOllamaRabbitMqOrKubernetesSetIsNoMistake() {
        Env env = new Env(Map.of(
                "OLLAMA_NUM_PARALLEL", "4",
                "OLLAMA_KEEP_ALIVE", "10m",
                "RABBITMQ_NODENAME", "rabbit@here",
                "RABBITMQ_DEFAULT_PASS", "secret",
                "RABBITMQ_SERVICE_HOST", "10.0.0.1",
                "RABBITMQ_PORT_5672_TCP_ADDR", "10.0.0.1",
                "OLLAMA_PORT", "tcp://10.0.0.2:11434",
                "CHAT_WORKER_SERVICE_PORT_HTTP", "8081"));

        assertThat(env.unknown()).isEmpty();
    }
}
