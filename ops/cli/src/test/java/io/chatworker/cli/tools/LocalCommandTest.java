package io.chatworker.cli.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chatworker.contracts.ToolCall;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalCommandTest {

    @Test
    void itGetsTheArgumentsAndItsOutputIsTheContent() throws Exception {
        assertThat(run("cat")).isEqualTo(Map.of("city", "Oslo"));
        assertThat(run("echo 18 degrees, light rain")).isEqualTo("18 degrees, light rain");
        assertThat(run("true")).isEqualTo("");
        assertThat(run("echo $TOOL_CALL_ID $TOOL_IDEMPOTENCY_KEY")).isEqualTo("call1 key1");
    }

    @Test
    void anExitCodeIsAnErrorWithWhatWasSaid() throws Exception {
        assertThatThrownBy(() -> run("echo 'no such city' >&2; exit 3"))
                .isInstanceOf(IOException.class)
                .hasMessage("no such city");
        assertThatThrownBy(() -> run("exit 3")).hasMessage("the command ended with exit code 3");
        assertThatThrownBy(() -> new LocalCommand(List.of("/no/such/command")).run(call(10)))
                .hasMessageStartingWith("the command cannot be started");
    }

    @Test
    void itsTimeAndItsOutputAreBounded() throws Exception {
        assertThatThrownBy(() -> run("yes")).hasMessageContaining("larger than 256 KiB");
        assertThatThrownBy(() -> new LocalCommand(List.of("sleep", "60")).run(call(1)))
                .hasMessageContaining("did not end in time");
    }

    private static Object run(String script) throws IOException, InterruptedException {
        return new LocalCommand(List.of("sh", "-c", script)).run(call(20));
    }

    private static ToolCall call(int seconds) {
        return new ToolCall(
                1,
                "call1",
                "key1",
                "r1",
                "c1",
                101,
                "run",
                "get_weather",
                Map.of("city", "Oslo"),
                Instant.now().plus(Duration.ofSeconds(seconds)),
                null);
    }
}
