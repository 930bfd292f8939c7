package io.chatworker.worker.publish;

import io.chatworker.worker.WorkerMapper;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the body of a chunk costs. {@code ops/bench --kernels} runs it. */
@State(Scope.Thread)
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
