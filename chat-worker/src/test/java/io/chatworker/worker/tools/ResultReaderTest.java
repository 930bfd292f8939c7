package io.chatworker.worker.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.worker.testing.Law;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What services may send, and what becomes of what they may not. */
@Law(7)
class ResultReaderTest {

    private static final BasicProperties NONE = new BasicProperties();

    private final ResultReader reader = new ResultReader(400);

    private ToolEnd read(String body) {
        return reader.read(NONE, body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"content":"text"}                       | "text"
            {"content":{"a":[1.50,null]},"error":null} | {"a":[1.50,null]}
            {"content":null}                         | null
            {"content":false,"more":{"a":1}}         | false
            \ufeff{"content":1}                      | 1
            """)
    void aContentIsAnyJson(String body, String content) {
        ToolEnd end = read(body);

        assertThat(end.outcome()).isEqualTo(ToolOutcome.CONTENT);
        assertThat(end.content()).hasToString(content);
        assertThat(end.error()).isNull();
    }

    @Test
    void anErrorIsTextAndGoesBeforeAContent() {
        ToolEnd end = read("{\"error\":\"no such city\",\"content\":1}");

        assertThat(end.outcome()).isEqualTo(ToolOutcome.ERROR);
        assertThat(end.error()).isEqualTo("no such city");
        assertThat(end.content()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "\"text\"",
                "null",
                "{}",
                "{\"error\":null}",
                "{\"error\":{\"code\":1}}",
                "{\"content\":1}{\"content\":2}",
                "{\"content\":1,\"content\":2}",
                "{\"content\":\"\\ud83d\"}",
                "{\"content\":1e99999999999}"
            })
    void whatCannotBeReadIsAnErrorForTheModel(String body) {
        ToolEnd end = read(body);

        assertThat(end.outcome()).isEqualTo(ToolOutcome.ERROR);
        assertThat(end.error()).startsWith("the tool's result cannot be read: ");
    }

    @Test
    void neitherDepthNorForeignBytesNorAnotherTypeAreRead() {
        assertThat(read("{\"content\":" + "[".repeat(64) + "]".repeat(64) + "}").outcome())
                .isEqualTo(ToolOutcome.ERROR);
        assertThat(reader.read(NONE, new byte[] {'"', (byte) 0xff, '"'}).outcome())
                .isEqualTo(ToolOutcome.ERROR);
        BasicProperties other = new BasicProperties.Builder().type("chat.other").build();
        assertThat(reader.read(other, "{\"content\":1}".getBytes(StandardCharsets.UTF_8))
                        .error())
                .contains("its type is not chat.tool_result");
    }

    @Test
    void whatIsTooLargeIsNotReadAtAll() {
        ToolEnd end = read("x".repeat(401));

        assertThat(end.outcome()).isEqualTo(ToolOutcome.TOO_LARGE);
        assertThat(end.error()).isEqualTo("the tool's result has 401 bytes, and 400 are the limit");
    }
}
