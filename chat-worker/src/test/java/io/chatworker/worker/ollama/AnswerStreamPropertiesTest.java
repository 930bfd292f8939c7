package io.chatworker.worker.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.AnyJson;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.testing.Law;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/** What holds for every answer, whatever its bytes are and however they arrive. */
class AnswerStreamPropertiesTest {

    private static final List<Integer> AT_ONCE = List.of(8192);
    private static final Judge JUDGE = new Judge(() -> Finding.State.FOUND, "m:1");
    private static final HttpUrl NOWHERE = HttpUrl.get("http://127.0.0.1:1/");
    private static final TypeReference<List<Map<String, Object>>> OBJECTS = new TypeReference<>() {};

    /** How a stream was read: what its lines said, how many were none, and its end. */
    private record Read(List<AnswerLine> lines, int skipped, String end) {

        String content() {
            StringBuilder content = new StringBuilder();
            lines.forEach(line -> content.append(line.content()));
            return content.toString();
        }
    }

    // Lines.

    @Property(tries = 500)
    void linesAreTheSameHoweverTheBytesArrive(
            @ForAll("linedBytes") byte[] bytes, @ForAll @NotEmpty List<@IntRange(min = 1, max = 40) Integer> reads)
            throws IOException {
        LineReader reader = new LineReader(arriving(bytes, reads));
        List<String> lines = new ArrayList<>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(Arrays.toString(line));
        }

        assertThat(lines).isEqualTo(split(bytes));
    }

    /** By the definition: each newline ends a line, and so does the end of what is not empty. */
    private static List<String> split(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines.add(Arrays.toString(Arrays.copyOfRange(bytes, from, i)));
                from = i + 1;
            }
        }
        if (from < bytes.length) {
            lines.add(Arrays.toString(Arrays.copyOfRange(bytes, from, bytes.length)));
        }
        return lines;
    }

    @Provide
    Arbitrary<byte[]> linedBytes() {
        return Arbitraries.frequencyOf(
                        Tuple.of(1, Arbitraries.of((byte) '\n', (byte) '\r')), Tuple.of(5, Arbitraries.bytes()))
                .array(byte[].class)
                .ofMaxSize(300);
    }

    // Streams.

    @Property(tries = 300)
    void aRecordedAnswerIsReadTheSameHoweverItsBytesArrive(
            @ForAll("recorded") Recorded stream,
            @ForAll @NotEmpty @Size(max = 20) List<@IntRange(min = 1, max = 2000) Integer> reads) {
        byte[] bytes = stream.body().getBytes(UTF_8);

        assertThat(read(bytes, reads)).isEqualTo(read(bytes, AT_ONCE));
    }

    @Property(tries = 500)
    void aRecordedAnswerThatIsCutIsAPrefixAndTruncated(
            @ForAll("whole") Recorded stream, @ForAll @IntRange(max = 1_000_000) int at) {
        byte[] bytes = stream.body().stripTrailing().getBytes(UTF_8);
        byte[] cut = Arrays.copyOf(bytes, at % bytes.length);

        Read whole = read(bytes, AT_ONCE);
        Read part = read(cut, AT_ONCE);

        assertThat(whole.end()).isEqualTo("done");
        assertThat(part.end()).isEqualTo(ErrorCode.STREAM_TRUNCATED.wire());
        assertThat(whole.content()).startsWith(part.content());
        // A line that was cut says nothing.
        List<AnswerLine> said =
                part.lines().stream().filter(AnswerLine::hasToken).toList();
        assertThat(said)
                .isEqualTo(whole.lines().stream()
                        .filter(AnswerLine::hasToken)
                        .limit(said.size())
                        .toList());
        assertThat(part.skipped()).isLessThanOrEqualTo(1);
    }

    @Property(tries = 1000)
    @Law(7)
    @Label("Any bytes are read to an end that is declared")
    void anyBytesAreReadToAnEndThatIsDeclared(@ForAll @Size(max = 500) byte[] bytes) {
        assertSound(read(bytes, AT_ONCE));
    }

    @Property(tries = 1000)
    @Law(7)
    @Label("So is a recorded answer with some bytes changed")
    void aDamagedAnswerIsReadToAnEndThatIsDeclared(@ForAll("damaged") byte[] bytes) {
        assertSound(read(bytes, AT_ONCE));
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    @Law(7)
    @Label("So is any JSON under the keys that Ollama uses")
    void linesOfAnyShapeAreReadToAnEndThatIsDeclared(@ForAll @Size(max = 2) List<@From("line") String> lines) {
        assertSound(read(String.join("\n", lines).getBytes(UTF_8), AT_ONCE));
    }

    private static void assertSound(Read read) {
        assertThat(read.end())
                .isIn(
                        "done",
                        ErrorCode.STREAM_TRUNCATED.wire(),
                        ErrorCode.STREAM_ERROR.wire(),
                        // A first line that is none of Ollama's.
                        ErrorCode.OLLAMA_ERROR.wire());
        for (AnswerLine line : read.lines()) {
            // What is published can be written, and what is kept is a list of objects.
            assertObjects(line.toolCalls());
            assertObjects(line.logprobs());
            assertThat(new String(line.content().getBytes(UTF_8), UTF_8)).isEqualTo(line.content());
            assertThat(new String(line.thinking().getBytes(UTF_8), UTF_8)).isEqualTo(line.thinking());
        }
    }

    private static void assertObjects(JsonNode array) {
        if (array != null) {
            assertThat(WorkerMapper.get().convertValue(array, OBJECTS))
                    .hasSize(array.size())
                    .doesNotContainNull();
        }
    }

    private static Read read(byte[] bytes, List<Integer> reads) {
        Response response = new Response.Builder()
                .request(new Request.Builder().url(NOWHERE).build())
                .protocol(Protocol.HTTP_1_1)
                .code(200)
                .message("OK")
                .body(ResponseBody.create(arriving(bytes, reads), null, -1))
                .build();
        List<AnswerLine> lines = new ArrayList<>();
        try (AnswerStream stream =
                new AnswerStream(response, Prompts.patient(NOWHERE), System.nanoTime(), JUDGE, LineParserTest.JSON)) {
            try {
                while (lines.isEmpty() || lines.getLast().done() == null) {
                    lines.add(stream.next());
                }
                return new Read(lines, stream.skippedLines(), "done");
            } catch (OllamaFailure e) {
                assertThat(e.getMessage()).isNotBlank();
                return new Read(lines, stream.skippedLines(), e.code().wire());
            }
        }
    }

    /** The bytes as reads of these sizes bring them, in turn. */
    private static BufferedSource arriving(byte[] bytes, List<Integer> reads) {
        return Okio.buffer(new ForwardingSource(new Buffer().write(bytes)) {
            private int turn;

            @Override
            public long read(Buffer sink, long most) throws IOException {
                return super.read(sink, Math.min(most, reads.get(turn++ % reads.size())));
            }
        });
    }

    @Provide
    Arbitrary<Recorded> recorded() throws IOException {
        return Arbitraries.of(LineParserTest.streams());
    }

    /** Those that ended as they should. */
    @Provide
    Arbitrary<Recorded> whole() throws IOException {
        return Arbitraries.of(LineParserTest.streams().stream()
                .filter(stream -> stream.body().contains("\"done\":true"))
                .filter(stream -> !stream.body().matches("(?s).*\"done_reason\":\"(un)?load\".*"))
                .toList());
    }

    @Provide
    Arbitrary<byte[]> damaged() throws IOException {
        return AnyJson.damaged(recorded().map(stream -> stream.body().getBytes(UTF_8)));
    }

    @Provide
    Arbitrary<String> line() {
        List<String> keys = List.of(
                "message",
                "content",
                "thinking",
                "tool_calls",
                "logprobs",
                "done",
                "done_reason",
                "eval_count",
                "load_duration",
                "error");
        Arbitrary<String> key = Arbitraries.of(keys);
        Arbitrary<String> value = AnyJson.value(keys);
        Arbitrary<String> member = Combinators.combine(key, value).as(AnyJson::member);
        Arbitrary<String> message = AnyJson.object(member).map(said -> AnyJson.member("message", said));
        return Arbitraries.oneOf(value, AnyJson.object(Arbitraries.oneOf(member, message)));
    }
}
