package io.chatworker.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTest {

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

    @Test
    void theVersionSaysThatItIsAStandIn() throws Exception {
        var version = client.json("GET", "/api/version", "");

        assertThat(version.path("version").asString()).isEqualTo("0.0.0-stand-in");
        assertThat(version.path("stand_in").asBoolean()).isTrue();
    }

    @Test
    void theRootSaysThatOllamaIsRunning() throws Exception {
        assertThat(client.send("GET", "/", "").body()).isEqualTo("Ollama is running");
    }

    @Test
    void headHasNoBody() throws Exception {
        try (var raw = new RawClient(standIn)) {
            raw.send("HEAD /api/version HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");

            assertThat(raw.head()).contains("HTTP/1.1 200 OK").anyMatch(line -> line.startsWith("Content-Length: "));
            assertThat(raw.head()).contains("HTTP/1.1 200 OK", "Content-Length: 17", "Connection: close");
            assertThat(raw.rest()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /api/chat    | POST
            DELETE | /api/show    | POST
            POST   | /api/version | GET, HEAD
            HEAD   | /api/ps      | GET
            """)
    void theWrongMethodIsNotAllowed(String method, String path, String allowed) throws Exception {
        var answer = client.send(method, path, "");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain");
        assertThat(answer.headers().firstValue("Allow")).contains(allowed);
        assertThat(answer.body()).isEqualTo(method.equals("HEAD") ? "" : "405 method not allowed");
    }

    @Test
    void anUnknownPathIsNotFound() throws Exception {
        var answer = client.send("POST", "/api/chatt?x=1", "{}");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("404 page not found");
    }

    @Test
    void aChunkedBodyIsRead() throws Exception {
        try (var raw = new RawClient(standIn)) {
            raw.send("POST /api/show?x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
            raw.send("5;ext=1\r\n{\"mod\r\nE\r\nel\":\"load-it\"}\r\n0\r\nTrailer: x\r\n\r\n");

            assertThat(raw.rest()).first().isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aClientThatAsksFirstIsToldToContinue() throws Exception {
        try (var raw = new RawClient(standIn)) {
            raw.send("POST /api/chat HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 13\r\n\r\n");
            assertThat(raw.head()).containsExactly("HTTP/1.1 100 Continue");
            raw.send("{\"model\":\"m\"}");
            assertThat(raw.head()).contains("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aClientOfOldGetsItsBodyWithoutChunksToTheConnectionsEnd() throws Exception {
        var body = Client.question("length", "Hi");
        try (var raw = new RawClient(standIn)) {
            raw.send("POST /api/chat HTTP/1.0\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

            assertThat(raw.head()).contains("Connection: close").doesNotContain("Transfer-Encoding: chunked");
            assertThat(raw.rest()).hasSize(17).allMatch(line -> line.startsWith("{"));
        }
    }

    @Test
    void aBodyOverTheLimitIsRefusedBeforeItIsSent() throws Exception {
        try (var raw = new RawClient(standIn)) {
            raw.send("POST /api/chat HTTP/1.1\r\nContent-Length: 16777217\r\n\r\n{");

            assertThat(raw.head()).contains("HTTP/1.1 413 Request Entity Too Large", "Connection: close");
        }
    }

    @Test
    void aHeaderOverTheLimitIsRefused() throws Exception {
        try (var raw = new RawClient(standIn)) {
            raw.send("GET / HTTP/1.1\r\nX: " + "x".repeat(RequestReader.MAX_HEAD_BYTES) + "\r\n\r\n");

            assertThat(raw.head()).contains("HTTP/1.1 431 Request Header Fields Too Large");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hello",
        "GET / HTTP/2.0",
        "GET / HTTP/1.1~no colon",
        "POST / HTTP/1.1~Content-Length: -1",
        "POST / HTTP/1.1~Content-Length: x",
        "POST / HTTP/1.1~Transfer-Encoding: gzip",
        "POST / HTTP/1.1~Transfer-Encoding: chunked~Content-Length: 3",
    })
    void bytesThatAreNoRequestAreRefused(String head) throws Exception {
        try (var raw = new RawClient(standIn)) {
            raw.send(head.replace("~", "\r\n") + "\r\n\r\n");

            assertThat(raw.head()).contains("HTTP/1.1 400 Bad Request");
        }
    }

    @Test
    void aTakenPortIsAnError() {
        var same = new StandInSettings("127.0.0.1", standIn.port(), 0, List.of(), false);

        assertThatThrownBy(() -> StandIn.start(same)).isInstanceOf(BindException.class);
    }
}
