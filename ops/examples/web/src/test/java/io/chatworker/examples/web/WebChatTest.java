package io.chatworker.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.worker.testing.ScriptedAnswer;
import io.chatworker.worker.testing.ScriptedOllama;
import io.chatworker.worker.testing.TestBroker;
import io.chatworker.worker.testing.WorkerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/** The page in a real browser, in front of a real worker and a scripted Ollama. */
class WebChatTest {

    private static final Path WORKER = Path.of("..", "..", "..", "chat-worker", "target", "chat-worker.jar");
    private static final String ANSWER = "li.assistant .content";

    private static Browser browser;
    private static ScriptedOllama ollama;
    private static WorkerProcess worker;
    private static WebProcess web;

    @BeforeAll
    static void start() {
        browser = new Browser();
        ollama = new ScriptedOllama().lists("llama3.2:3b", "qwen3:4b");
        worker = worker().ready();
        web = new WebProcess(TestBroker.shared().uri());
    }

    private static WorkerProcess worker() {
        return WorkerProcess.startJar(
                WORKER,
                Map.of(
                        "RABBITMQ_URI", TestBroker.shared().uri(),
                        "OLLAMA_HOST", ollama.host(),
                        "OLLAMA_MODEL", "llama3.2:3b",
                        "CHAT_CONCURRENCY", "4",
                        "MANAGEMENT_PORT", "0"));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {browser, web, worker, ollama}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @BeforeEach
    void anEmptyPage() {
        browser.open(web.url());
        browser.run("localStorage.clear()");
        browser.reload();
        // It has focus at the end of an answer; a person would click.
        browser.click("#message");
    }

    @Test
    void anAnswerStreamsAndTheNextQuestionCarriesTheConversation() {
        CountDownLatch more = new CountDownLatch(1);
        ollama.answers(
                ScriptedAnswer.streaming()
                        .text("Because ", "it")
                        .await(more)
                        .text(" scatters.")
                        .done(),
                ScriptedAnswer.saying("Blue light."));

        browser.send("Why is the sky blue?");
        browser.awaitTexts(ANSWER, "Because it");
        browser.awaitTexts("li.user .content", "Why is the sky blue?");
        more.countDown();
        browser.awaitTexts(ANSWER, "Because it scatters.");
        browser.awaitText("li.assistant footer", "llama3.2:3b: ");

        browser.send("Which light?");
        browser.awaitTexts(ANSWER, "Because it scatters.", "Blue light.");
        assertThat(lastAsked()
                        .at("/messages")
                        .valueStream()
                        .map(turn -> turn.at("/content").asString()))
                .endsWith("Why is the sky blue?", "Because it scatters.", "Which light?");
    }

    @Test
    void thinkingIsFoldedAndOpensOnClick() {
        ollama.answers(ScriptedAnswer.streaming()
                .raw(
                        "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"Hm, scattering\"},\"done\":false}\n")
                .text("Scattering.")
                .done());
        browser.click("#think");

        browser.send("Why?");

        browser.awaitTexts(ANSWER, "Scattering.");
        assertThat(browser.texts(".thinking")).isEmpty();
        browser.click("li.assistant summary");
        browser.awaitTexts(".thinking", "Hm, scattering");
        assertThat(lastAsked().at("/think").asBoolean()).isTrue();
    }

    @Test
    void escapeStopsAnAnswerAndKeepsWhatCame() {
        ollama.answers(ScriptedAnswer.streaming().text("It is a long story").stall());
        browser.send("Tell me");
        browser.awaitTexts(ANSWER, "It is a long story");

        browser.press(Keys.ESCAPE);

        browser.awaitTexts("li.assistant footer", "Stopped.");
        ollama.asked().getLast().awaitGone();
        assertThat(browser.texts(ANSWER)).containsExactly("It is a long story");
        assertThat(browser.texts("#stop")).isEmpty();
    }

    @Test
    void anAnswerIsMadeAgain() {
        ollama.answers(ScriptedAnswer.saying("First."), ScriptedAnswer.saying("Second."));
        browser.send("Name one");
        browser.awaitTexts(ANSWER, "First.");
        browser.awaitTexts("#regenerate", "Answer again");

        browser.click("#regenerate");

        browser.awaitTexts(ANSWER, "Second.");
        assertThat(lastAsked().at("/messages").toString()).contains("Name one").doesNotContain("First.");
    }

    @Test
    void aPageLoadedAgainInMidAnswerGoesOnWhereItWas() {
        CountDownLatch more = new CountDownLatch(1);
        ollama.answers(ScriptedAnswer.streaming()
                .text("One, two")
                .await(more)
                .text(", three.")
                .done());
        browser.send("Count");
        browser.awaitTexts(ANSWER, "One, two");

        browser.reload();

        browser.awaitTexts("li.user .content", "Count");
        browser.awaitTexts(ANSWER, "One, two");
        more.countDown();
        browser.awaitTexts(ANSWER, "One, two, three.");
        browser.reload();
        browser.awaitTexts(ANSWER, "One, two, three.");
    }

    @Test
    void theModelIsChosenFromThoseThereAre() {
        ollama.answers(ScriptedAnswer.saying("Yes."));
        browser.awaitText("#model", "qwen3:4b");
        browser.run("const model = document.getElementById('model'); model.value = 'qwen3:4b';"
                + " model.dispatchEvent(new Event('change'))");

        browser.send("Are you there?");

        browser.awaitTexts(ANSWER, "Yes.");
        assertThat(lastAsked().at("/model").asString()).isEqualTo("qwen3:4b");
    }

    @Test
    void aFailureIsSaidInWords() {
        browser.send("x".repeat(4_001));

        browser.awaitText("li.problem", "4000");
        assertThat(browser.texts("#send")).containsExactly("Send");
    }

    @Test
    void thePageSaysWhenNoWorkerIsThereAndTheQuestionWaits() {
        browser.awaitTexts("#away");
        worker.terminate();
        worker.awaitExit();
        browser.awaitText("#away", "No worker is connected");
        ollama.answers(ScriptedAnswer.saying("Back."));
        browser.send("Anybody?");

        worker = worker().ready();

        browser.awaitTexts(ANSWER, "Back.");
        browser.awaitTexts("#away");
    }

    @Test
    void everythingComesFromHereAndHasAName() {
        Object foreign = browser.run(
                "return performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin))");
        assertThat(foreign).isEqualTo(List.of());
        Object nameless = browser.run("return [...document.querySelectorAll('input,select,textarea,button')]"
                + ".filter(e => !(e.labels?.length || e.textContent.trim())).map(e => e.outerHTML)");
        assertThat(nameless).isEqualTo(List.of());
    }

    @Test
    void itIsDarkForWhoLikesItDark() {
        String colour = "return getComputedStyle(document.body).backgroundColor";
        assertThat(browser.run(colour)).isEqualTo("rgb(255, 255, 255)");
        browser.prefersDark();
        assertThat(browser.run(colour)).isEqualTo("rgb(23, 23, 27)");
    }

    private static JsonNode lastAsked() {
        return ollama.asked().getLast().body();
    }
}
