package io.chatworker.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.impl.LongStringHelper;
import io.chatworker.worker.testing.Law;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void theTraceGoesToOllamaAsHttpHeadersAndBaggageStays() {
        TraceContext trace = TraceContext.of(Map.of(
                "traceparent", LongStringHelper.asLongString(PARENT),
                "tracestate", LongStringHelper.asLongString("a=b,c=d"),
                "baggage", LongStringHelper.asLongString("user=ada")));

        assertThat(trace.httpHeaders()).isEqualTo(Map.of("traceparent", PARENT, "tracestate", "a=b,c=d"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nX: y",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 "
            })
    @Law(7)
    @DisplayName("What is no trace does not become a header")
    void whatIsNotWellFormedIsNoTrace(String parent) {
        assertThat(TraceContext.of(Map.of("traceparent", parent, "tracestate", "a=b")))
                .isEqualTo(TraceContext.NONE);
    }

    @Test
    void withoutAParentThereIsNoTrace() {
        Map<String, Object> nothing = new HashMap<>();
        nothing.put("traceparent", null);

        assertThat(TraceContext.of(null)).isEqualTo(TraceContext.NONE);
        assertThat(TraceContext.of(nothing)).isEqualTo(TraceContext.NONE);
        assertThat(TraceContext.of(Map.of("tracestate", "a=b"))).isEqualTo(TraceContext.NONE);
        assertThat(TraceContext.of(Map.of("traceparent", List.of(PARENT)))).isEqualTo(TraceContext.NONE);
        assertThat(TraceContext.NONE.httpHeaders()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=ü", "a=b\n", "a=\u0000"})
    void aStateThatFitsNoHeaderIsLeftOut(String state) {
        assertThat(TraceContext.of(Map.of("traceparent", PARENT, "tracestate", state)))
                .isEqualTo(new TraceContext(PARENT, null));
    }

    @Test
    void aLongStateIsLeftOut() {
        assertThat(TraceContext.of(Map.of("traceparent", PARENT, "tracestate", "a".repeat(512)))
                        .tracestate())
                .hasSize(512);
        assertThat(TraceContext.of(Map.of("traceparent", PARENT, "tracestate", "a".repeat(513)))
                        .tracestate())
                .isNull();
    }
}
