package io.chatworker.cli.talk;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.cli.view.Events;
import io.chatworker.cli.view.Json;
import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.Completed;
import io.chatworker.contracts.Failed;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTest {

    private final Conversation conversation = new Conversation("c1", List.of());

    @Test
    void theHistoryOfAnAnswerIsTheNextRequestsMessages() {
        conversation.heard(ChatMessage.user("q"), completed());

        assertThat(conversation.messages()).containsExactly(ChatMessage.user("q"), ChatMessage.assistant("a"));
    }

    @Test
    void anAnswerTooLargeForItsHistoryIsAddedHere() {
        conversation.heard(ChatMessage.user("q"), completed());
        conversation.heard(ChatMessage.user("again"), completed().withoutHistory());

        assertThat(conversation.messages())
                .extracting(ChatMessage::content)
                .containsExactly("q", "a", "again", "The answer.");
    }

    @Test
    void aFailureLeavesTheConversationAsItWas() {
        conversation.heard(ChatMessage.user("q"), read(Events.failed("ollama_error", "no"), Failed.class));

        assertThat(conversation.messages()).isEmpty();
    }

    @Test
    void aNewConversationHasANewIdAndNoTurns() {
        conversation.heard(ChatMessage.user("q"), completed());
        conversation.startAnew("c2", List.of());

        assertThat(conversation.messages()).isEmpty();
        assertThat(conversation.id()).isEqualTo("c2");
    }

    private static Completed completed() {
        return read(Events.completed("The answer.", 0), Completed.class);
    }

    private static <T> T read(String keys, Class<T> type) {
        String body =
                "{\"request_id\": \"r\", \"conversation_id\": \"c\", \"attempt\": 1, \"run\": \"x\", " + keys + "}";
        return Json.read(body.getBytes(java.nio.charset.StandardCharsets.UTF_8), type);
    }
}
