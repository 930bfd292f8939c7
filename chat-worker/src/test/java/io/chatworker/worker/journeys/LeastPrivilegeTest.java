package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.testing.Ask;
import io.chatworker.worker.testing.CapturedLog;
import io.chatworker.worker.testing.Certificates;
import io.chatworker.worker.testing.Event;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.Law;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedTool;
import io.chatworker.worker.testing.TestWorker;
import io.chatworker.worker.testing.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code ops/rabbitmq/definitions.json} in a real broker: what its users can do, and what they cannot:
 * the law as far as the broker keeps it.
 */
@Law(7)
class LeastPrivilegeTest {

    private static final Path DEFINITIONS = Path.of("..", "ops", "rabbitmq", "definitions.json");
    private static final Certificates CERTIFICATES = new Certificates();

    @RegisterExtension
    static final Installation installation = Installation.onPrivateBroker(CERTIFICATES.broker(false));

    private static Topology names;

    /** Something that a user tries on a channel of its own. */
    private interface Attempt {
        void on(Channel channel) throws Exception;
    }

    @BeforeAll
    static void load() throws IOException {
        names = installation.topology();
        // As ops/README.md says for other namespaces.
        String definitions = Files.readString(DEFINITIONS).replace("chat", names.namespace());
        installation
                .broker()
                .rabbitmqctl("import_definitions", installation.broker().put("definitions.json", definitions));

        for (String user : new String[] {"worker", "publisher", "tool", "operator", "monitor"}) {
            assertThatThrownBy(() -> installation.broker().connect(user, ""))
                    .as("no password is known before one is set")
                    .hasStackTraceContaining("ACCESS_REFUSED");
            installation.broker().rabbitmqctl("change_password", user, user + "-password");
        }
    }

    @AfterEach
    void closeWorkers() {
        installation.closeWorkers();
    }

    private static Connection connect(String user) {
        return installation.broker().connect(user, user + "-password");
    }

    private static void tries(String user, Attempt attempt) throws Exception {
        Connection connection = connect(user);
        try {
            Channel channel = connection.createChannel();
            channel.confirmSelect();
            attempt.on(channel);
            // What a publish brings is known by its confirm.
            channel.waitForConfirmsOrDie(Waits.PATIENCE.toMillis());
        } finally {
            connection.abort(5_000);
        }
    }

    private static void can(String user, String what, Attempt attempt) {
        assertThatCode(() -> tries(user, attempt)).as(user + " can " + what).doesNotThrowAnyException();
    }

    private static void cannot(String user, String what, Attempt attempt) {
        assertThatThrownBy(() -> tries(user, attempt))
                .as(user + " cannot " + what)
                .hasStackTraceContaining("403");
    }

    /** Waits for a message of the queue, not acknowledged. */
    private static GetResponse next(Channel channel, String queue) {
        AtomicReference<GetResponse> got = new AtomicReference<>();
        Waits.until("a message in " + queue, () -> {
            try {
                got.set(channel.basicGet(queue, false));
                return got.get() != null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return got.get();
    }

    private static Attempt publishing(String exchange, String key) {
        return channel -> channel.basicPublish(
                exchange, key, MessageProperties.PERSISTENT_BASIC, "{}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsLoadedIsJustWhatAWorkerDeclares() {
        String before = topology();
        try (CapturedLog log = new CapturedLog()) {
            installation.startWorker();
            assertThat(log.lines()).noneMatch(line -> line.contains("exists with other arguments"));
        }
        installation.closeWorkers();

        Waits.until(
                () -> "the same topology as " + before + ", not " + topology(),
                () -> topology().equals(before));
    }

    private static String topology() {
        return of("list_exchanges", "name", "type", "durable", "auto_delete", "arguments")
                + of("list_queues", "name", "durable", "auto_delete", "arguments")
                + of("list_bindings", "source_name", "destination_name", "routing_key");
    }

    private static String of(String... listed) {
        String[] command = new String[listed.length + 1];
        command[0] = "-q";
        System.arraycopy(listed, 0, command, 1, listed.length);
        return installation
                .broker()
                .rabbitmqctl(command)
                .lines()
                .filter(line -> line.contains(names.namespace() + ".") && !line.contains(".recorded"))
                .sorted()
                .toList()
                .toString();
    }

    @Test
    void theWorkerAnswersThePublisherByTls() throws Exception {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(
                        ScriptedAnswer.streaming()
                                .calls("{\"id\":\"c\",\"function\":{\"index\":0,\"name\":\"clock\",\"arguments\":{}}}")
                                .done(),
                        ScriptedAnswer.saying("Hello"),
                        ScriptedAnswer.streaming().text("Hi").stall());
        TestWorker worker = installation.startWorker(
                "RABBITMQ_URI",
                "amqps://worker:worker-password@localhost:"
                        + installation.broker().tlsPort(),
                "RABBITMQ_CA_FILE",
                CERTIFICATES.file("ca.pem"),
                "CHAT_DECLARE_TOPOLOGY",
                "false");
        Connection publisher = connect("publisher");
        try (Connection tools = connect("tool");
                ScriptedTool clock = ScriptedTool.offer(tools, names, "clock", _ -> "{\"content\":\"noon\"}")) {
            Channel channel = publisher.createChannel();
            String own = channel.queueDeclare().getQueue();
            RecordedEvents replies = RecordedEvents.in(publisher, own);
            channel.queueBind(own, names.completions(), "#");

            Ask ask = Ask.message("Hi")
                    .with("tools", List.of(Map.of("type", "function", "function", Map.of("name", "clock"))))
                    .with("tool_rounds", 1);
            String answered = installation.send(ask.replyTo(own), channel);
            replies.await(answered, "tool_result");
            replies.await(answered, "chunk");
            Event completed = events.awaitCompleted(answered);
            assertThat(completed.text("/tool_calls_executed/0/content")).isEqualTo("noon");
            assertThat(clock.calls()).hasSize(1);
            // To the queue that it named, and by its binding.
            replies.await(answered, "completed", 1);

            RecordedEvents direct = RecordedEvents.directReplies(publisher);
            String cancelled = installation.send(Ask.message("Hi").replyTo("amq.rabbitmq.reply-to"), direct.channel());
            direct.await(cancelled, "chunk");
            channel.basicPublish(
                    names.control(),
                    "",
                    new BasicProperties.Builder().type("chat.cancel").build(),
                    ("{\"request_id\":\"" + cancelled + "\"}").getBytes(StandardCharsets.UTF_8));
            events.awaitCancelled(cancelled, "cancelled");

            String refused = installation.send(Ask.message("Hi").with("model", 7), channel);
            events.awaitFailed(refused, "invalid_request");
            assertThat(installation.awaitRejected().getProps().getHeaders().toString())
                    .doesNotContain("password");
            assertThat(worker.get("/actuator/health").body()).doesNotContain("password");
        } finally {
            publisher.abort(5_000);
        }
    }

    /** The broker's 403 closes the channel, and a call is not worth waiting until it is permitted. */
    @Test
    void aWorkerThatMayCallNoToolTellsItsModelSoAndAnswers() {
        RecordedEvents events = installation.events();
        for (int i = 0; i < 2; i++) {
            installation
                    .ollama()
                    .answers(
                            ScriptedAnswer.streaming()
                                    .calls("{\"function\":{\"name\":\"clock\",\"arguments\":{}}}")
                                    .done(),
                            ScriptedAnswer.saying("I cannot tell."));
        }
        permitCalls("^$");
        installation.startWorker(
                "RABBITMQ_URI",
                installation.broker().uri("worker", "worker-password"),
                "CHAT_DECLARE_TOPOLOGY",
                "false",
                "CHAT_TOOL_TIMEOUT",
                "1m");
        // The second call goes out on the channel that was opened anew.
        for (int i = 0; i < 2; i++) {
            Event completed = events.awaitCompleted(installation.send(Ask.message("How late is it?")
                    .with("tools", List.of(Map.of("type", "function", "function", Map.of("name", "clock"))))
                    .with("tool_rounds", 1)));
            assertThat(completed.text("/message/content")).isEqualTo("I cannot tell.");
            assertThat(completed.text("/tool_calls_executed/0/error"))
                    .isEqualTo("the tool 'clock' takes no more calls");
            assertThat(completed.attempt()).isEqualTo(1);
        }
        permitCalls("^[A-Za-z0-9_-]{1,64}$");
    }

    private static void permitCalls(String keys) {
        installation.broker().rabbitmqctl("set_topic_permissions", "-p", "/", "worker", names.tools(), keys, "^$");
    }

    @Test
    void theWorkerCanNotChangeTheTopologyNorReadWhatIsNotItsOwn() {
        cannot("worker", "declare a queue", channel -> channel.queueDeclare("any", true, false, false, null));
        cannot(
                "worker",
                "declare an exchange",
                channel -> channel.exchangeDeclare(names.namespace() + ".more", "topic", true));
        cannot("worker", "delete the requests", channel -> channel.queueDelete(names.requests()));
        cannot("worker", "delete an exchange", channel -> channel.exchangeDelete(names.completions()));
        cannot("worker", "read dead letters", channel -> channel.basicGet(names.deadLetters(), true));
        cannot("worker", "read rejected requests", channel -> channel.basicGet(names.rejected(), true));
        can("worker", "keep a dead letter", publishing(names.deadLetters(), "m"));
        can("worker", "keep a rejected request", publishing(names.rejected(), "m"));
        cannot("worker", "ask itself", publishing(names.requests(), "m"));
        can("worker", "ask the other workers of themselves", publishing(names.control(), ""));
        cannot("worker", "publish under another key than an event's", publishing(names.completions(), "c.r.other"));
        cannot("worker", "publish an end as a chunk", publishing(names.chunks(), "c.r.completed"));
        can("worker", "call a tool", publishing(names.tools(), "clock"));
        cannot("worker", "call a tool by a key that is no name", publishing(names.tools(), "a.b"));
        can("worker", "hear what tools answer it", channel -> {
            String own = names.toolResultsPrefix() + "w.1";
            channel.queueDeclare(own, false, true, true, Map.of());
            channel.basicGet(own, true);
        });
        cannot(
                "worker",
                "offer a tool",
                channel -> channel.queueDeclare(names.toolQueue("clock"), false, false, true, Map.of()));
        cannot("worker", "listen in on calls", channel -> {
            String own = names.toolResultsPrefix() + "w.2";
            channel.queueDeclare(own, false, true, true, Map.of());
            channel.queueBind(own, names.tools(), "#");
        });
        cannot("worker", "follow events", channel -> {
            String own = names.control() + ".w.1";
            channel.queueDeclare(own, false, true, true, Map.of());
            channel.queueBind(own, names.completions(), "#");
        });
    }

    @Test
    void thePublisherCanAskCommandAndFollow() {
        can("publisher", "ask", publishing(names.requests() + "", "m"));
        installation.queues().with(channel -> channel.queuePurge(names.requests()));
        can("publisher", "command", publishing(names.control(), ""));
        can("publisher", "follow with a queue that stays", channel -> {
            String own = installation.queues().declare(names.replyPrefix() + "service", Map.of());
            channel.queueDeclare(own, true, false, false, Map.of());
            channel.queueBind(own, names.chunks(), "c42.#");
            channel.queueBind(own, names.completions(), "c42.#");
            channel.basicGet(own, true);
        });
    }

    @Test
    void thePublisherCanNotAnswerNorTouchTheRequests() {
        cannot("publisher", "answer", publishing(names.completions(), "c.r.completed"));
        cannot("publisher", "stream", publishing(names.chunks(), "c.r.chunk"));
        cannot("publisher", "write dead letters", publishing(names.deadLetters(), "m"));
        cannot("publisher", "write rejected requests", publishing(names.rejected(), "m"));
        cannot("publisher", "call tools", publishing(names.tools(), "f"));
        cannot("publisher", "go round the exchange", publishing("", names.requests()));
        cannot("publisher", "read requests", channel -> channel.basicGet(names.requests(), true));
        cannot("publisher", "read dead letters", channel -> channel.basicGet(names.deadLetters(), true));
        cannot("publisher", "read rejected requests", channel -> channel.basicGet(names.rejected(), true));
        cannot("publisher", "purge requests", channel -> channel.queuePurge(names.requests()));
        cannot("publisher", "delete the requests", channel -> channel.queueDelete(names.requests()));
        cannot("publisher", "declare what it likes", channel -> channel.queueDeclare("any", true, false, false, null));
        cannot("publisher", "listen in on requests", channel -> {
            String own = channel.queueDeclare().getQueue();
            channel.queueBind(own, names.requests(), "#");
        });
        cannot("publisher", "hear commands", channel -> {
            String own = channel.queueDeclare().getQueue();
            channel.queueBind(own, names.control(), "");
        });
        cannot(
                "publisher",
                "take requests away",
                channel -> channel.queueUnbind(names.requests(), names.requestsDefault(), ""));
    }

    /** It answers through the default exchange, which RabbitMQ permits as a whole or not at all. */
    @Test
    void theToolCanOfferAndAnswerAndNothingElse() {
        can("tool", "offer", channel -> {
            channel.queueDeclare(names.toolQueue("other"), true, false, false, Map.of());
            channel.queueBind(names.toolQueue("other"), names.tools(), "other");
            channel.basicGet(names.toolQueue("other"), true);
            channel.queueDelete(names.toolQueue("other"));
        });
        can("tool", "answer", publishing("", names.toolResultsPrefix() + "w.1"));
        cannot("tool", "call tools", publishing(names.tools(), "clock"));
        cannot("tool", "answer requests", publishing(names.completions(), "c.r.completed"));
        cannot("tool", "ask", publishing(names.requests(), "m"));
        cannot("tool", "command", publishing(names.control(), ""));
        cannot("tool", "read requests", channel -> channel.basicGet(names.requests(), true));
        cannot("tool", "read dead letters", channel -> channel.basicGet(names.deadLetters(), true));
        cannot("tool", "declare what it likes", channel -> channel.queueDeclare("any", true, false, false, null));
        cannot(
                "tool",
                "take a worker's results",
                channel -> channel.queueDeclare(names.toolResultsPrefix() + "w.3", false, false, true, Map.of()));
        cannot("tool", "follow events", channel -> {
            channel.queueDeclare(names.toolQueue("spy"), false, true, true, Map.of());
            channel.queueBind(names.toolQueue("spy"), names.chunks(), "#");
        });
    }

    @Test
    void theOperatorCanLookAtLettersReplayAndDropThemAndNoMore() {
        for (String queue : new String[] {names.deadLetters(), names.rejected()}) {
            installation.queues().with(channel -> {
                channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, new byte[] {1});
                return null;
            });
            can("operator", "look at " + queue, channel -> {
                channel.queueDeclarePassive(queue);
                GetResponse letter = next(channel, queue);
                channel.basicNack(letter.getEnvelope().getDeliveryTag(), false, true);
                channel.queueDeclarePassive(queue);
            });
            can("operator", "drop what is in " + queue, channel -> {
                GetResponse letter = next(channel, queue);
                channel.basicAck(letter.getEnvelope().getDeliveryTag(), false);
            });
        }
        can("operator", "replay", publishing(names.requests(), "m"));
        installation.queues().with(channel -> channel.queuePurge(names.requests()));
        can("operator", "command", publishing(names.control(), ""));
        cannot("operator", "bury", publishing(names.deadLetters(), "m"));
        cannot("operator", "answer", publishing(names.completions(), "c.r.completed"));
        cannot("operator", "read requests", channel -> channel.basicGet(names.requests(), true));
        cannot("operator", "delete dead letters' queue", channel -> channel.queueDelete(names.deadLetters()));
    }

    @Test
    void theMonitorCanAskWorkersOfThemselves() throws Exception {
        installation.ollama();
        installation.startWorker();
        Connection monitor = connect("monitor");
        try {
            Channel channel = monitor.createChannel();
            String own = channel.queueDeclare().getQueue();
            BasicProperties describe = new BasicProperties.Builder()
                    .type("chat.describe")
                    .replyTo(own)
                    .build();
            channel.basicPublish(names.control(), "", describe, "{}".getBytes(StandardCharsets.UTF_8));
            GetResponse description = next(channel, own);
            assertThat(description.getProps().getType()).isEqualTo("chat.description");
        } finally {
            monitor.abort(5_000);
        }
    }

    @Test
    void theMonitorCanNotPublishReadOrChangeAnythingElse() {
        assertThat(installation.broker().rabbitmqctl("-q", "list_users")).contains("monitor\t[monitoring]");
        cannot("monitor", "declare what it likes", channel -> channel.queueDeclare("any", true, false, false, null));
        cannot("monitor", "ask", publishing(names.requests(), "m"));
        cannot("monitor", "follow events", channel -> {
            String own = channel.queueDeclare().getQueue();
            channel.queueBind(own, names.completions(), "#");
        });
        cannot("monitor", "go round the exchange", publishing("", names.requests()));
        cannot("monitor", "read requests", channel -> channel.basicGet(names.requests(), true));
        cannot("monitor", "read dead letters", channel -> channel.basicGet(names.deadLetters(), true));
        cannot("monitor", "delete the requests", channel -> channel.queueDelete(names.requests()));
    }
}
