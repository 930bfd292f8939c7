package io.chatworker.worker.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class OllamaProbeTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | {"version":"0.33.0"}               | true  | 0.33.0
            200 | {"version":"0.0.0","stand_in":true}| true  | 0.0.0 (a stand-in that plays recordings)
            200 | {}                                 | true  | unknown
            200 | Ollama is running                  | true  | unknown
            """)
    void anAnswerMeansUp(int status, String body, boolean up, String detail) throws Exception {
        assertThat(finding(status, body)).isEqualTo(new OllamaProbe.Finding(up, detail));
    }

    @ParameterizedTest
    @CsvSource({"404", "403", "401", "500", "503", "302"})
    void aRefusalMeansNotUp(int status) throws Exception {
        OllamaProbe.Finding finding = finding(status, "");

        assertThat(finding.up()).isFalse();
        assertThat(finding.detail()).startsWith("answered " + status + " at http://");
    }

    @Test
    void noAnswerMeansNotUp() throws Exception {
        MockWebServer server = new MockWebServer();
        server.start();
        OllamaSettings settings = Prompts.patient(server.url("/"));
        server.close();
        try (OllamaClient client = Prompts.client(settings)) {
            OllamaProbe.Finding finding = new OllamaProbe(client).ask();

            assertThat(finding.up()).isFalse();
            assertThat(finding.detail()).startsWith("no answer at http://");
        }
    }

    private static OllamaProbe.Finding finding(int status, String body) throws Exception {
        try (MockWebServer server = new MockWebServer()) {
            server.start();
            server.enqueue(new MockResponse.Builder()
                    .code(status)
                    .setHeader("Location", "/elsewhere")
                    .body(body)
                    .build());
            try (OllamaClient client = Prompts.client(Prompts.patient(server.url("/")))) {
                OllamaProbe.Finding finding = new OllamaProbe(client).ask();
                assertThat(server.takeRequest().getRequestLine()).isEqualTo("GET /api/version HTTP/1.1");
                assertThat(server.getRequestCount()).isEqualTo(1);
                return finding;
            }
        }
    }
}
