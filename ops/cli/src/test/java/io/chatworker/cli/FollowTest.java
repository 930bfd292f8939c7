package io.chatworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import io.chatworker.cli.view.Events;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.EventName;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** tail, cancel and describe, against a real broker. */
class FollowTest {

    private Installation installation;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation();
    }

    @AfterEach
    void remove() throws IOException {
        installation.close();
    }

    @Test
    void tailShowsWhatItsPatternFits() throws Exception {
        CompletableFuture<Run> tail =
                CompletableFuture.supplyAsync(() -> installation.cli("tail", "--limit", "2", "c2.#"));
        Channel channel = installation.connection.createChannel();
        // Events are lost until the tail has bound its queue, so publish them repeatedly.
        while (!tail.isDone()) {
            new PlayedEvents(installation, channel).of("c1").of("c2");
        }

        assertThat(tail.get(10, TimeUnit.SECONDS).lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("c2.r1."));
    }

    @Test
    void tailAsJsonIsALineForEachEvent() throws Exception {
        CompletableFuture<Run> tail =
                CompletableFuture.supplyAsync(() -> installation.cli("tail", "--json", "--limit", "1"));
        Channel channel = installation.connection.createChannel();
        while (!tail.isDone()) {
            new PlayedEvents(installation, channel).of("c1");
        }

        assertThat(tail.get(10, TimeUnit.SECONDS).out()).startsWith("{\"type\":\"chat.");
    }

    @Test
    void aCancelThatNobodyHearsIsAFailure() {
        Run run = installation.cli("cancel", "r1");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("No worker listens");
    }

    @Test
    void aCancelReachesTheWorkers() throws Exception {
        BlockingQueue<String> heard = installation.listen();

        assertThat(installation.cli("cancel", "r1").exitCode()).isEqualTo(ExitCode.OK);
        assertThat(installation.cli("cancel", "--conversation", "c1").exitCode())
                .isEqualTo(ExitCode.OK);
        assertThat(List.of(heard.take(), heard.take()))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("chat.cancel {\"request_id\":\"r1\""),
                        second -> assertThat(second).startsWith("chat.cancel {\"conversation_id\":\"c1\""));
    }

    @Test
    void describeShowsEachWorkerThatAnswers() throws Exception {
        installation.describe("Ollama is away");

        Run text = installation.cli("describe", "--wait", "500ms");
        Run json = installation.cli("describe", "--wait", "500ms", "--json");

        assertThat(text.out())
                .contains("w1  version 1.0", "1 of 2 at once", "paused   Ollama is away", "m (completion)");
        assertThat(json.lines()).hasSize(1).first().asString().contains("\"concurrency\":2");
    }

    /** A chunk and a terminal event. */
    private record PlayedEvents(Installation installation, Channel channel) {

        PlayedEvents of(String conversation) throws IOException {
            byte[] request = Json.bytes(Json.object().put("request_id", "r1").put("conversation_id", conversation));
            installation.new Reply(channel, request)
                    .event(EventName.CHUNK, Events.chunk(0, "a"))
                    .event(EventName.COMPLETED, Events.completed("a", 1));
            return this;
        }
    }
}
