package io.chatworker.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models with any other name answer what was recorded, and say so where nothing was. */
class ChatTest {

    private static final String MODEL = StandInSettings.DEFAULT_MODEL;

    private static StandIn standIn;
    private static Client client;

    @BeforeAll
    static void start() throws IOException {
        standIn = StandIn.start(StandInSettings.forTests());
        client = Client.of(standIn);
    }

    @AfterAll
    static void stop() {
        standIn.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Why is the sky blue?                              | plain
            tell me about SUNSETS                             | plain
            What happens when a consumer dies?                | plain-consumer
            Are messages delivered again if the consumer dies?| plain-consumer
            Explain the way of a message through a queue      | plain-queue
            How does a queue work                             | plain-queue
            """)
    void aPromptGetsTheRecordedAnswerThatFits(String prompt, String exchange) throws Exception {
        var answer = client.chat(Client.question(MODEL, prompt));

        assertThat(withoutEcho(answer.body()))
                .isEqualTo(withoutEcho(Exchanges.byName(exchange).response().body()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hello", "", "What is the capital of France?", "Is blue cheese good for me?"})
    void aQuestionWithoutARecordingIsAnsweredByASentenceThatSaysSo(String prompt) throws Exception {
        var streamed = client.chat(Client.question(MODEL, prompt)).body();
        var whole = client.chat(Client.question(MODEL, prompt).replaceFirst("[{]", "{\"stream\":false,"))
                .body();

        assertThat(streamed.lines()
                        .map(line -> Json.parse(line).at("/message/content").asString())
                        .collect(Collectors.joining()))
                .isEqualTo(NoRecording.SENTENCE);
        assertThat(Json.parse(whole).at("/message/content").asString()).isEqualTo(NoRecording.SENTENCE);
        assertThat(streamed + whole).doesNotContain("eval_count", "duration");
    }

    @Test
    void everyLineEchoesTheModelAndTellsThePresentTime() throws Exception {
        var before = Instant.now();

        var lines = client.ask("my/Model:7b").body().lines().map(Json::parse).toList();

        assertThat(lines).hasSizeGreaterThan(10).allSatisfy(line -> {
            assertThat(line.path("model").asString()).isEqualTo("my/Model:7b");
            assertThat(Instant.parse(line.path("created_at").asString())).isBetween(before, Instant.now());
        });
    }

    @Test
    void aNameWithQuotesIsEchoedAsJson() throws Exception {
        assertThat(client.ask("a\"$1\\<b>").body()).startsWith("{\"model\":\"a\\\"$1\\\\\\u003cb\\u003e\",");
    }

    @Test
    void notStreamedItIsOneObjectOfTheAskedModel() throws Exception {
        var body = Client.question(MODEL, "Why is the sky blue?").replaceFirst("[{]", "{\"stream\":false,");

        var answer = client.chat(body);

        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json; charset=utf-8");
        var object = Json.parse(answer.body());
        assertThat(object.path("model").asString()).isEqualTo(MODEL);
        assertThat(object.at("/message/content").asString())
                .startsWith(" The blue sky")
                .endsWith("red.\n");
        assertThat(object.path("done").asBoolean()).isTrue();
        assertThat(object.path("eval_count").asInt()).isEqualTo(49);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model":"m"}                                   | load
            {"model":"m","messages":[]}                     | load
            {"model":"m","messages":null,"keep_alive":"5m"} | load
            {"model":"m","keep_alive":-1}                   | load
            {"model":"m","keep_alive":0}                    | unload
            {"model":"m","messages":[],"keep_alive":"0s"}   | unload
            """)
    void withoutMessagesTheModelIsLoadedOrUnloaded(String request, String reason) throws Exception {
        var answer = client.chat(request);

        assertThat(answer.body()).startsWith("{\"model\":\"m\",").doesNotEndWith("\n");
        assertThat(Json.parse(answer.body()).path("done_reason").asString()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                | body-empty
            {not json                         | body-not-json
            {"messages":[]}                   | model-missing
            {"model":""}                      | model-missing
            """)
    void aBodyThatIsNoRequestGetsTheRecordedError(String body, String exchange) throws Exception {
        var answer = client.chat(body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo(Exchanges.byName(exchange).response().body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                            | json: cannot unmarshal array into Go value of type api.ChatRequest
            {"model":1}                   | json: cannot unmarshal number into Go struct field ChatRequest.model of type string
            {"model":"m","stream":"yes"}  | json: cannot unmarshal string into Go struct field ChatRequest.stream of type bool
            """)
    void aKeyOfTheWrongTypeIsRefusedInGosWords(String body, String error) throws Exception {
        var answer = client.chat(body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(Json.error(error));
    }

    private static String withoutEcho(String body) {
        return body.replaceAll("\"model\":\"[^\"]*\",\"created_at\":\"[^\"]*\"", "");
    }
}
