package io.chatworker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.chatworker.cli.view.Events;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.EventName;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command of this machine as a tool: offered over a real broker, and named in a question. */
class ServeToolTest {

    private Installation installation;

    @TempDir
    private Path state;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation();
    }

    @AfterEach
    void remove() throws IOException {
        installation.close();
    }

    @Test
    void callsAreAnsweredByTheCommandAndAQuestionNamesTheTool() throws Exception {
        Path schema = Files.writeString(state.resolve("given.json"), "{\"type\":\"object\"}");
        Channel channel = installation.connection.createChannel();
        String results = channel.queueDeclare().getQueue();
        CompletableFuture<Run> serving = CompletableFuture.supplyAsync(() -> run(
                "serve-tool",
                "get_weather",
                "--schema",
                schema.toString(),
                "--limit",
                "2",
                "--",
                "sh",
                "-c",
                "grep -q Oslo && echo '{\"celsius\":4}' || { echo 'no such city' >&2; exit 1; }"));

        GetResponse good = call(channel, results, "Oslo");
        GetResponse bad = call(channel, results, "Atlantis");

        assertThat(new String(good.getBody(), UTF_8)).isEqualTo("{\"content\":{\"celsius\":4}}");
        assertThat(new String(bad.getBody(), UTF_8)).isEqualTo("{\"error\":\"no such city\"}");
        assertThat(good.getProps().getCorrelationId()).isEqualTo("call-Oslo");
        assertThat(good.getProps().getType()).isEqualTo("chat.tool_result");
        Run served = serving.get(20, TimeUnit.SECONDS);
        assertThat(served.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(served.lines().getFirst()).isEqualTo("→ get_weather {\"city\":\"Oslo\"}");
        assertThat(served.lines().get(1)).matches("← \\d+\\.\\d s \\{\"celsius\":4}");
        assertThat(served.lines().get(3)).endsWith("s error: no such city");

        installation.serve(reply -> reply.event(EventName.STARTED, Events.started())
                .event(
                        EventName.TOOL_CALL,
                        "\"call_id\": \"x\", \"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}")
                .event(
                        EventName.TOOL_RESULT,
                        "\"call_id\": \"x\", \"name\": \"get_weather\", \"content\": {\"celsius\": 4}, \"duration_ms\": 312")
                .event(EventName.COMPLETED, Events.completed(Json.line(reply.request.get("tools")), 0)));
        Run asked = run("ask", "--tool", "get_weather", "How warm is it in Oslo?");
        assertThat(asked.out()).contains("{\"name\":\"get_weather\",\"parameters\":{\"type\":\"object\"}}");
        assertThat(asked.err()).contains("→ get_weather {\"city\":\"Oslo\"}\n← 0.3 s {\"celsius\":4}\n");
        assertThat(run("ask", "--tool", "no_such", "why?").err()).contains("There is no schema of the tool 'no_such'");
    }

    /** Calls the tool once it is offered, and waits for its result. */
    private GetResponse call(Channel channel, String results, String city) throws IOException {
        Waits.until("the tool's queue", this::isOffered);
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .type("chat.tool_call")
                .correlationId("call-" + city)
                .replyTo(results)
                .build();
        String body = """
                {"contract_version": 1, "call_id": "call-%s", "idempotency_key": "k", "request_id": "r", "conversation_id": "c",
                 "attempt": 101, "run": "x", "name": "get_weather", "arguments": {"city": "%s"}, "deadline": "2999-01-01T00:00:00.000Z"}""".formatted(city, city);
        channel.basicPublish(installation.topology.tools(), "get_weather", properties, body.getBytes(UTF_8));
        AtomicReference<GetResponse> result = new AtomicReference<>();
        Waits.until("a result of the tool", () -> {
            try {
                result.set(channel.basicGet(results, true));
                return result.get() != null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return result.get();
    }

    /** Its binding follows the queue at once, and its consumer the binding. */
    private boolean isOffered() {
        try {
            Channel looking = installation.connection.createChannel();
            return looking.queueDeclarePassive(installation.topology.toolQueue("get_weather"))
                            .getConsumerCount()
                    > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Run run(String... arguments) {
        Map<String, String> environment = new HashMap<>(installation.environment());
        environment.put("XDG_STATE_HOME", state.toString());
        return Run.of(environment, "", arguments);
    }
}
