package io.chatworker.worker.publish;

import io.chatworker.worker.WorkerMapper;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the body of a chunk costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChunkOutBenchmark {

    @Param({" token", " \"ein Wörtchen\"\n"})
    String text;

    private final EventJson json = new EventJson(WorkerMapper.get());
    private final ChunkHead head = new ChunkHead("b3f1c6b0c7f04c0fb1a1f5", "conversation-42", 1, "f5fc6ee8");
    private final Pieces pieces = new Pieces();
    private int sequence;

    @Benchmark
    public byte[] chunk() {
        pieces.add(text, "", null, null);
        byte[] body = json.chunk(head, sequence++ & 0xfff, pieces);
        pieces.clear();
        return body;
    }
}
