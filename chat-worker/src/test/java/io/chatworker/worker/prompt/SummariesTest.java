package io.chatworker.worker.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ChatMessage;
import io.chatworker.contracts.ContextWindowReason;
import io.chatworker.contracts.Overflow;
import io.chatworker.worker.settings.Env;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummariesTest {

    @TempDir
    private Path folder;

    @Test
    void aPieceIsAskedOfTheSameModelAndRunnerWithNothingThatIsMeantForTheAnswer() {
        Prompt question = begin(prompt(Overflow.SUMMARIZE), Map.of()).question();

        assertThat(question.model()).isEqualTo("m:1");
        assertThat(question.options())
                .isEqualTo(Map.of("temperature", 0.1, "num_ctx", 512, "num_predict", 256, "num_thread", 4));
        assertThat(question.extras()).isEqualTo(new Prompt.Extras(false, null, null, "1h", null, null));
        assertThat(question.window()).isEqualTo(new Prompt.Window(512, ContextWindowReason.REQUEST));
        assertThat(question.messages()).extracting(ChatMessage::role).containsExactly("system", "user");
        assertThat(question.messages().getFirst().content()).contains("at most 153 words");
    }

    @Test
    void theOperatorsPromptTakesThePlaceOfTheBuiltInOneAndIsReadAnewWhenItChanged() throws IOException {
        assertThat(instructions()).startsWith("Summarize this older part");

        Files.writeString(folder.resolve("summarizer.md"), "\ufeffSchreibe in {words} Worten auf, worum es ging.\n");
        assertThat(instructions()).isEqualTo("Schreibe in 153 Worten auf, worum es ging.");

        Files.writeString(folder.resolve("summarizer.md"), " \n");
        assertThat(instructions()).startsWith("Summarize this older part");
    }

    @Test
    void onlyWhoAsksForASummaryGetsOne() {
        assertThat(summaries(Map.of()).begin(prompt(Overflow.DROP_OLDEST), 900, 512))
                .isEmpty();
        assertThat(summaries(Map.of()).begin(prompt(Overflow.ERROR), 900, 512)).isEmpty();
    }

    @Test
    void theTokensOfASummaryAreTheSettings() {
        SummaryDraft draft = begin(prompt(Overflow.SUMMARIZE), Map.of("CHAT_SUMMARY_TOKENS", "100"));

        assertThat(draft.question().options()).containsEntry("num_predict", 100);
        assertThat(draft.question().messages().getFirst().content()).contains("at most 60 words");
    }

    private String instructions() {
        return begin(prompt(Overflow.SUMMARIZE), Map.of("CHAT_AGENTS_DIR", folder.toString()))
                .question()
                .messages()
                .getFirst()
                .content();
    }

    private static SummaryDraft begin(Prompt prompt, Map<String, String> variables) {
        return summaries(variables).begin(prompt, 900, 512).orElseThrow();
    }

    private static Summaries summaries(Map<String, String> variables) {
        PromptSettings settings = PromptSettings.from(new Env(variables));
        return new Summaries(settings, new Agents(settings.agentsDir()));
    }

    private static Prompt prompt(Overflow overflow) {
        List<ChatMessage> round = List.of(ChatMessage.user("q".repeat(300)), ChatMessage.assistant("a".repeat(300)));
        List<ChatMessage> turns =
                Collections.nCopies(6, round).stream().flatMap(List::stream).toList();
        return new Prompt(
                "m:1",
                "general",
                ChatMessage.system("Be kind."),
                turns,
                0,
                0,
                Map.of("temperature", 0.1, "num_ctx", 512, "num_predict", 40, "num_thread", 4, "stop", List.of("\n")),
                new Prompt.Extras(true, List.of(Map.of("type", "function")), "json", "1h", true, 3),
                new Prompt.Window(512, ContextWindowReason.REQUEST),
                overflow);
    }
}
