package io.chatworker.worker.ollama;

import java.nio.charset.StandardCharsets;
import okio.Buffer;
import okio.BufferedSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** What a line of Ollama costs from the buffer to its {@link AnswerLine}. {@code ops/bench --kernels} runs it. */
@State(Scope.Thread)
public class LineInBenchmark {

    private static final int LINES = 100;

    @Param({"plain", "escapes", "thinking", "logprobs"})
    String recording;

    private Buffer body;

    @Setup
    public void record() throws Exception {
        Recorded stream = Recorded.all().stream()
                .filter(exchange -> exchange.name().equals(recording))
                .findFirst()
                .orElseThrow();
        // Without the last line: it comes once in an answer.
        int tokens = stream.lines().size() - 1;
        body = new Buffer();
        for (int i = 0; i < LINES; i++) {
            body.writeString(stream.lines().get(i % tokens), StandardCharsets.UTF_8);
        }
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public void line(Blackhole hole) throws Exception {
        BufferedSource source = body.clone();
        LineReader lines = new LineReader(source);
        LineParser parser = new LineParser(LineParserTest.JSON);
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            hole.consume(parser.parse(line));
        }
    }
}
