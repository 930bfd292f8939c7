package io.chatworker.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The Spring application of the page, as it stands: it asks, offers a tool, and takes it back when it is stopped. */
class SpringTest {

    @RegisterExtension
    static final Workplace.Open workplace = new Workplace.Open();

    private static final Duration MOST = Duration.ofSeconds(90);

    @Test
    void aToolIsThereWithTheApplicationAndGoneAfterIt(@TempDir Path folder) throws Exception {
        String snippet = new Page(Path.of("README.md")).code("spring", "java").getFirst();
        String uri = workplace.environment().get("RABBITMQ_URI_TOOLS");
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(uri);

        try (Connection connection = factory.newConnection();
                Commands.Running running =
                        JavaSnippet.ofClass(folder, "Weather", snippet).start(uri)) {
            running.awaitOutput("It is 18 degrees.", MOST);
            assertThat(running.process().isAlive()).as(running.output()).isTrue();
            assertThat(connection
                            .createChannel()
                            .queueDeclarePassive("chat.tools.get_weather")
                            .getConsumerCount())
                    .isEqualTo(1);

            running.interrupt();

            assertThat(running.end(MOST).exit()).as(running.output()).isEqualTo(130);
            assertThatThrownBy(() -> connection.createChannel().queueDeclarePassive("chat.tools.get_weather"))
                    .isInstanceOf(IOException.class)
                    .hasStackTraceContaining("NOT_FOUND");
        }
    }
}
