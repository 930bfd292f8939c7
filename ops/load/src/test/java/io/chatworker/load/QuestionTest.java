package io.chatworker.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class QuestionTest {

    @Test
    void aQuestionIsRecognizedInWhatReachesOllama() {
        assertThat(Question.requestId(new Question(0).body("r17", "load1"))).isEqualTo("r17");
        assertThat(Question.requestId("{\"model\":\"load\"}".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void aLongHistoryHasAboutTheSizeAskedFor() {
        byte[] body = new Question(200_000).body("r17", "load1");

        assertThat(body).hasSizeBetween(190_000, 220_000);
        assertThat(Question.requestId(body)).isEqualTo("r17");
    }
}
