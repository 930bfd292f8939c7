package io.chatworker.worker.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorBodyTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            {"error":"text"}                                       | true  | text
            ` \n {"error":"text"} \n`                              | true  | text
            {"error":""}                                           | true  | ``
            {"error":{"message":"m"}}                              | true  | m
            {"error":{"code":1}}                                   | true  | {"code":1}
            {"error":["a"]}                                        | false | ["a"]
            {"error":true,"message":"m"}                           | false | true
            {"error":null}                                         | false | {"error":null}
            {"message":"proxy"}                                    | false | {"message":"proxy"}
            {"error":                                              | false | {"error":
            ["error"]                                              | false | ["error"]
            404 page not found                                     | false | 404 page not found
            `<html>\n<b>502</b>\n</html>`                          | false | <html> <b>502</b> </html>
            ``                                                     | false | ``
            {"error":"{\\"error\\":\\"no object\\"}"}              | true  | {"error":"no object"}
            {"error":"{broken"}                                    | true  | {broken
            """)
    void aBodyIsReadInAnyOfItsForms(String body, boolean hasError, String text) {
        ErrorBody error = ErrorBody.of(body == null ? "" : body, LineParserTest.JSON);

        assertThat(error.hasError()).isEqualTo(hasError);
        assertThat(error.text()).isEqualTo(text == null ? "" : text);
    }

    @Test
    void aLongTextIsCutBetweenCharacters() {
        ErrorBody error = ErrorBody.of("🌞".repeat(600), LineParserTest.JSON);

        assertThat(error.text()).isEqualTo("🌞".repeat(500) + " …");
    }

    @Test
    void whatNoEncoderTakesIsReplaced() {
        assertThat(ErrorBody.of("{\"error\":\"a\\ud83d\"}", LineParserTest.JSON).text())
                .isEqualTo("a\uFFFD");
    }
}
