package io.chatworker.worker.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chatworker.contracts.Chunk;
import io.chatworker.worker.WorkerMapper;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class EventJsonTest {

    private static final ChunkHead HEAD = new ChunkHead("r1", "c1", 201, "run");

    private final JsonMapper mapper = WorkerMapper.get();
    private final EventJson json = new EventJson(mapper);

    @Test
    void aChunkIsWhatTheContractsRecordWouldBe() {
        String text = "\"ü\" 🌞\n<\u0001";
        Pieces pieces = new Pieces();
        pieces.add(text, "hm\\", mapper.readTree("[{\"id\":\"x\",\"n\":1.50}]"), mapper.readTree("[{\"bytes\":[1]}]"));
        Chunk chunk = new Chunk(
                "r1",
                "c1",
                201,
                "run",
                7,
                text,
                "hm\\",
                List.of(Map.of("id", "x", "n", new BigDecimal("1.50"))),
                List.of(Map.of("bytes", List.of(1))));

        assertThat(mapper.readValue(json.chunk(HEAD, 7, pieces), Chunk.class)).isEqualTo(chunk);
        assertThat(mapper.readTree(json.chunk(HEAD, 7, pieces))).isEqualTo(mapper.readTree(json.write(chunk)));
    }

    @Test
    void onlyWhatIsPresentHasAKey() {
        Pieces pieces = new Pieces();
        pieces.add("a", "", null, null);

        assertThat(new String(json.chunk(HEAD, 0, pieces), UTF_8))
                .isEqualTo("{\"request_id\":\"r1\",\"conversation_id\":\"c1\",\"attempt\":201,\"run\":\"run\","
                        + "\"sequence\":0,\"content\":\"a\"}");
        pieces.clear();
        assertThat(pieces.isEmpty()).isTrue();
    }
}
