package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.client.Answer;
import io.chatworker.client.ChatClient;
import io.chatworker.client.ChatTools;
import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.Completed;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama.Asked;
import io.chatworker.worker.testing.Waits;
import io.chatworker.worker.testing.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What breaks while {@code io.chatworker.client} waits for an answer, as the {@code publisher} of the definitions. */
class ClientFaultsTest {

    private static final Path DEFINITIONS = Path.of("..", "ops", "rabbitmq", "definitions.json");

    @RegisterExtension
    static final Installation installation = Installation.onBreakableBroker();

    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final CountDownLatch mended = new CountDownLatch(1);
    private ChatClient chat;

    @BeforeAll
    static void load() throws IOException {
        String definitions = Files.readString(DEFINITIONS)
                .replace("chat", installation.topology().namespace());
        installation
                .broker()
                .rabbitmqctl("import_definitions", installation.broker().put("definitions.json", definitions));
        installation.broker().rabbitmqctl("change_password", "publisher", "p");
        installation.broker().rabbitmqctl("change_password", "tool", "t");
    }

    @BeforeEach
    void connect() {
        chat = ChatClient.builder()
                .uri(installation.broker().uri("publisher", "p"))
                .topology(installation.topology())
                .problems(this::told)
                .connect();
    }

    private void told(String problem) {
        problems.add(problem);
        if (problem.contains("broker is back")) {
            mended.countDown();
        }
    }

    @AfterEach
    void close() {
        chat.close();
        installation.closeWorkers();
    }

    @AfterAll
    static void nothingIsLeft() {
        assertThat(replyQueues()).isEmpty();
    }

    private static List<String> replyQueues() {
        return installation
                .broker()
                .rabbitmqctl("-q", "list_queues", "name")
                .lines()
                .filter(name -> name.startsWith(installation.topology().replyPrefix()))
                .toList();
    }

    /** An answer that has begun and goes on when the signal comes. */
    private Answer begun(CountDownLatch signal) {
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming()
                        .text("Blue")
                        .await(signal)
                        .text(" light")
                        .done());
        installation.startWorker();
        Answer answer = chat.ask(ChatRequest.of("Why?"));
        Waits.until("the first piece", () -> answer.text().equals("Blue"));
        return answer;
    }

    private static String shown(Answer answer) {
        StringBuilder shown = new StringBuilder();
        for (AnswerChange change : answer) {
            if (change.restart()) {
                shown.setLength(0);
            }
            shown.append(change.piece().content());
        }
        return shown.toString();
    }

    @Test
    void aConnectionThatIsCutComesBackAndNothingIsMissed() {
        RecordedEvents events = installation.events();
        CountDownLatch signal = new CountDownLatch(1);
        Answer answer = begun(signal);

        installation.broker().rabbitmqctl("close_all_user_connections", "publisher", "maintenance");
        signal.countDown();

        assertThat(shown(answer)).isEqualTo("Blue light");
        assertThat(answer.completed().attempt()).isEqualTo(1);
        Waits.forSignal("the connection", mended);
        events.awaitCompleted(answer.requestId());
        chat.close();
        assertThat(problems)
                .as("the loss, the return, and nothing of the closing")
                .satisfiesExactly(
                        lost -> assertThat(lost).contains("was lost", "maintenance"),
                        back -> assertThat(back).contains("is back"));
    }

    @Test
    void aQueueThatIsDeletedIsDeclaredAgainWithItsBindings() {
        RecordedEvents events = installation.events();
        CountDownLatch signal = new CountDownLatch(1);
        Answer answer = begun(signal);

        List<String> queues = replyQueues();
        installation.queues().with(channel -> channel.queueDelete(queues.getFirst()));
        Waits.forSignal("the queue", mended);
        signal.countDown();

        assertThat(shown(answer)).isEqualTo("Blue light");
        events.awaitCompleted(answer.requestId());
    }

    @Test
    void aBrokerThatIsStartedAgainBringsTheAnswer() {
        RecordedEvents events = installation.events();
        CountDownLatch signal = new CountDownLatch(1);
        Answer answer = begun(signal);
        Asked first = installation.ollama().awaitLast();
        installation.ollama().answers(ScriptedAnswer.saying("Blue", " light"));

        installation.broker().stop();
        first.awaitGone();
        signal.countDown();
        installation.broker().start();
        installation.reconnect();

        assertThat(shown(answer)).isEqualTo("Blue light");
        assertThat(answer.restarts()).isEqualTo(1);
        events.awaitCompleted(answer.requestId());
    }

    /** With the rights of the definitions' user {@code tool}, and through a connection that is cut. */
    @Test
    void aToolThatIsOfferedIsCalledBeforeAndAfterALostConnection() {
        RecordedEvents events = installation.events();
        String look = "{\"function\":{\"name\":\"look\",\"arguments\":{}}}";
        for (int i = 0; i < 2; i++) {
            installation.ollama().answers(ScriptedAnswer.streaming().calls(look).done(), ScriptedAnswer.saying("Grey"));
        }
        installation.startWorker();
        ChatRequest request = ChatRequest.builder()
                .message("What is the sky like?")
                .tools(List.of(Map.of("type", "function", "function", Map.of("name", "look"))))
                .toolRounds(1)
                .build();
        try (ChatTools tools = ChatClient.builder()
                .uri(installation.broker().uri("tool", "t"))
                .topology(installation.topology())
                .problems(this::told)
                .connectTools()) {
            tools.offer("look", call -> Map.of("clouds", 8));
            for (int i = 0; i < 2; i++) {
                Completed completed = chat.ask(request).completed();
                assertThat(completed.toolCallsExecuted())
                        .singleElement()
                        .satisfies(call -> assertThat(call.content()).isEqualTo(Map.of("clouds", 8)));
                events.awaitCompleted(completed.requestId());
                if (i == 0) {
                    installation.broker().rabbitmqctl("close_all_user_connections", "tool", "maintenance");
                    Waits.forSignal("the connection", mended);
                }
            }
        }
    }

    @Test
    void fiftyAnswersAtOnceComeOverOneConnection() {
        RecordedEvents events = installation.events();
        installation.ollama().answersBy(_ -> ScriptedAnswer.saying("Blue", " light"));
        installation.startWorker("CHAT_CONCURRENCY", "8");
        List<Answer> answers = Stream.generate(() -> chat.ask(ChatRequest.of("Why?")))
                .limit(50)
                .toList();

        for (Answer answer : answers) {
            assertThat(shown(answer)).isEqualTo("Blue light");
            assertThat(answer.completed().message().content()).isEqualTo("Blue light");
            events.awaitCompleted(answer.requestId());
        }
    }

    @Test
    void aKilledWorkersAnswerIsTakenBackAndBegunAgainByTheNext() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answers(ScriptedAnswer.streaming().text("Bl").stall(), ScriptedAnswer.saying("Red", " light"));
        Answer answer;
        try (WorkerProcess victim =
                WorkerProcess.start(installation.variables()).ready()) {
            answer = chat.ask(ChatRequest.of("Why?"));
            Waits.until("the first piece", () -> answer.text().equals("Bl"));
            victim.kill();
        }
        installation.startWorker();

        List<AnswerChange> changes = new ArrayList<>();
        answer.forEach(changes::add);

        assertThat(changes).filteredOn(AnswerChange::restart).hasSize(1);
        Completed completed = answer.completed();
        assertThat(answer.text()).isEqualTo("Red light");
        assertThat(completed.attempt()).isEqualTo(101);
        events.awaitCompleted(answer.requestId());
    }
}
