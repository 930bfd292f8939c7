package io.chatworker.worker.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.client.Answer;
import io.chatworker.client.AnswerListener;
import io.chatworker.client.ChatException;
import io.chatworker.client.ReceivedEvent;
import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.CancelReason;
import io.chatworker.contracts.Cancelled;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.Description;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.testing.Installation;
import io.chatworker.worker.testing.RecordedEvents;
import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.Waits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code io.chatworker.client} and a worker, where nothing breaks. */
class ClientTest {

    @RegisterExtension
    final Installation installation = new Installation();

    @Test
    void anAnswerIsReadPieceByPieceAsAWholeAndHeard() {
        RecordedEvents events = installation.events();
        installation.ollama().answers(ScriptedAnswer.saying("Blue", " light"));
        installation.startWorker();
        List<String> heard = new CopyOnWriteArrayList<>();

        Answer answer = installation.chat().ask(ChatRequest.of("Why?"), new AnswerListener() {
            @Override
            public void arrived(ReceivedEvent event) {
                heard.add(event.name());
            }
        });
        StringBuilder shown = new StringBuilder();
        for (AnswerChange change : answer) {
            shown.append(change.piece().content());
        }

        assertThat(shown).hasToString("Blue light");
        Completed completed = answer.completed();
        assertThat(completed.message().content()).isEqualTo("Blue light");
        assertThat(completed.conversationId()).isEqualTo(answer.conversationId());
        assertThat(answer.text()).isEqualTo("Blue light");
        assertThat(answer.isRead()).isTrue();
        assertThat(heard).startsWith("started", "chunk").endsWith("completed");
        events.awaitCompleted(answer.requestId());
    }

    @Test
    void whatIsStoppedSaysSoAndAClosedAnswerIsStoppedToo() {
        RecordedEvents events = installation.events();
        installation
                .ollama()
                .answersBy(_ -> ScriptedAnswer.streaming().text("Hello").stall());
        installation.startWorker("CHAT_CONCURRENCY", "2");
        Answer cancelled = installation.chat().ask(ChatRequest.of("Why?"));
        Answer closed = installation.chat().ask(ChatRequest.of("Why?"));
        cancelled.next(Waits.PATIENCE);
        // A request that is cancelled sooner asks nothing.
        installation.ollama().awaitAsked(1);

        assertThat(cancelled.cancel()).isTrue();
        assertThat(cancelled.await())
                .isInstanceOfSatisfying(
                        Cancelled.class, event -> assertThat(event.reason()).isEqualTo(CancelReason.CANCELLED));
        assertThatThrownBy(cancelled::completed).isInstanceOf(ChatException.AnswerCancelled.class);

        closed.close();
        installation.ollama().awaitAsked(0).awaitGone();
        installation.ollama().awaitAsked(1).awaitGone();
        events.awaitCancelled(cancelled.requestId(), "cancelled");
        events.awaitCancelled(closed.requestId(), "cancelled");
        assertThatThrownBy(closed::completed).isInstanceOf(ChatException.Closed.class);
    }

    @Test
    void workersDescribeThemselves() {
        installation.startWorker("CHAT_WORKER_NAME", "ada");

        assertThat(installation.chat().describe(Waits.PATIENCE, 1))
                .extracting(Description::worker)
                .containsExactly("ada");
        assertThat(installation.chat().describe(Duration.ofMillis(500)))
                .extracting(Description::worker)
                .containsExactly("ada");
    }

    @Test
    void aFailureIsAnExceptionForThoseWhoWantTheAnswer() {
        RecordedEvents events = installation.events();
        installation.startWorker();

        Answer answer = installation
                .chat()
                .ask(ChatRequest.builder().message("x").agent("nobody").build());

        assertThatThrownBy(answer::completed)
                .isInstanceOfSatisfying(
                        ChatException.AnswerFailed.class,
                        failed -> assertThat(failed.event().error().code()).isEqualTo(ErrorCode.AGENT_NOT_FOUND))
                .hasMessageContaining("agent_not_found");
        events.awaitFailed(answer.requestId(), "agent_not_found");
    }
}
