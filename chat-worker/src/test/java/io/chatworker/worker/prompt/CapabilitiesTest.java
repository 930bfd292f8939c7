package io.chatworker.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ContextWindowReason;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.Overflow;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {

    private static final ChatMessage TEXT = ChatMessage.user("Hello");
    private static final ChatMessage IMAGE =
            new ChatMessage("user", "See", null, List.of("aGk="), null, null, null, null);

    @Test
    void aPromptNeedsWhatItUses() {
        assertThat(Capabilities.needed(prompt(TEXT, false, null))).isEmpty();
        assertThat(Capabilities.needed(prompt(TEXT, false, List.of()))).isEmpty();
        assertThat(Capabilities.needed(prompt(TEXT, true, null))).containsExactly("thinking");
        assertThat(Capabilities.needed(prompt(TEXT, "high", null))).containsExactly("thinking");
        assertThat(Capabilities.needed(prompt(IMAGE, true, List.of(Map.of()))))
                .containsExactly("thinking", "tools", "vision");
    }

    @Test
    void whatTheModelHasNotIsRefusedFirstThingsFirst() {
        Prompt prompt = prompt(IMAGE, true, List.of(Map.of()));
        Set<String> needed = Capabilities.needed(prompt);

        Rejection rejection = catchThrowableOfType(
                Rejection.class, () -> Capabilities.check(prompt, needed, Set.of("completion", "thinking")));

        assertThat(rejection.code()).isEqualTo(ErrorCode.UNSUPPORTED_BY_MODEL);
        assertThat(rejection.details()).containsEntry("capability", "tools");
        assertThatCode(() -> Capabilities.check(prompt, needed, Set.of("thinking", "tools", "vision")))
                .doesNotThrowAnyException();
    }

    /** Ollama is given sound in {@code images}, too. */
    @Test
    void aModelThatHearsTakesImages() {
        Prompt prompt = prompt(IMAGE, false, null);
        Set<String> needed = Capabilities.needed(prompt);

        assertThatCode(() -> Capabilities.check(prompt, needed, Set.of("completion", "audio")))
                .doesNotThrowAnyException();
        Rejection rejection = catchThrowableOfType(
                Rejection.class, () -> Capabilities.check(prompt, needed, Set.of("completion", "tools")));
        assertThat(rejection.details()).containsEntry("capability", "vision");
    }

    private static Prompt prompt(ChatMessage turn, Object think, List<Map<String, Object>> tools) {
        return new Prompt(
                "m",
                "general",
                null,
                List.of(turn),
                0,
                0,
                Map.of(),
                new Prompt.Extras(think, tools, null, null, null, null),
                new Prompt.Window(4096, ContextWindowReason.DEFAULT),
                Overflow.ERROR);
    }
}
