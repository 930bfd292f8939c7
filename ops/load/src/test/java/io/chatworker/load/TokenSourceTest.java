package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenSourceTest {

    private final LongAdder count = new LongAdder();
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void anAnswerIsLinesAsOllamaSendsThemAndTellsWhatWasWritten() throws Exception {
        Answer answer = new Answer("r1", 0, 5);
        try (TokenSource source = new TokenSource(Scenario.named("1x100"), Map.of("r1", answer), count)) {
            List<JsonNode> lines = ask(source, "r1");

            StringBuilder text = new StringBuilder();
            lines.forEach(line -> text.append(line.at("/message/content").stringValue()));
            answer.check.chunk(1, 0, text.toString());
            answer.check.end(answer.written, 1, text.toString());
            assertThat(lines).hasSize(6);
            assertThat(lines.getLast().path("done").booleanValue()).isTrue();
            assertThat(lines.getLast().path("eval_count").intValue()).isEqualTo(5);
            assertThat(answer.written).isEqualTo(5);
            assertThat(count.sum()).isEqualTo(5);
            assertThat(answer.check.disorder() + answer.check.lost()).isZero();
        }
    }

    @Test
    void tokensComeAtTheirPace() throws Exception {
        Answer answer = new Answer("r1", 0, 6);
        try (TokenSource source = new TokenSource(Scenario.named("1x50"), Map.of("r1", answer), count)) {
            List<JsonNode> lines = ask(source, "r1");

            long first = TokenText.age(lines.get(0).at("/message/content").stringValue(), 0, TokenText.now());
            long last = TokenText.age(lines.get(5).at("/message/content").stringValue(), 0, TokenText.now());
            assertThat(Duration.ofNanos((first - last) * 1_000)).isGreaterThanOrEqualTo(Duration.ofMillis(99));
        }
    }

    @Test
    void aToolCallIsOneLineOfTheSizeAskedFor() throws Exception {
        Answer answer = new Answer("r1", 0, 1);
        try (TokenSource source = new TokenSource(Scenario.named("tool-call"), Map.of("r1", answer), count)) {
            JsonNode call = ask(source, "r1").getFirst().at("/message/tool_calls/0/function/arguments");

            assertThat(call.path("text").stringValue()).hasSize(7_900_000);
            assertThat(TokenText.number(call.path(Event.STAMP).stringValue(), 0))
                    .isZero();
        }
    }

    @Test
    void whatNobodyAskedForIsNotAnswered() throws Exception {
        try (TokenSource source = new TokenSource(Scenario.named("1x50"), Map.of(), count)) {
            assertThat(post(source, "r9").statusCode()).isEqualTo(404);
        }
    }

    private List<JsonNode> ask(TokenSource source, String requestId) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(source, requestId);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body().lines().map(JsonMapper.shared()::readTree).toList();
    }

    private HttpResponse<String> post(TokenSource source, String requestId) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + source.host() + "/api/chat"))
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new Question(0).body(requestId, "load0")))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
