package io.chatworker.worker.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys that a service in any language finds the same. */
class IdempotencyKeysTest {

    private static AskedCall call(String name, Map<String, Object> arguments) {
        return new AskedCall(null, name, arguments);
    }

    /** By Python: {@code hashlib.sha256(b'r17\nget_weather\n{"city":"Oslo","days":3}\n0').hexdigest()}. */
    @Test
    void theKeyIsTheDigestOfRequestNameArgumentsAndHowOftenBefore() {
        IdempotencyKeys keys = new IdempotencyKeys("r17");
        AskedCall call = call("get_weather", Map.of("days", 3, "city", "Oslo"));

        assertThat(keys.next(call)).isEqualTo("4fa4456f3a63791b4b14fd12df9d8f15e749f824fed5543a9f24dbe527089aba");
        assertThat(keys.next(call)).isEqualTo("578829c43b082b006b97ba59adcf2e804e11c48cea15e5d1955049c5c8957a87");
        assertThat(keys.next(call("get_weather", Map.of("city", "Oslo"))))
                .isEqualTo("faa87e3a63cda590cee9dcc89f87d21d21c9b01cee04068eb7e6bddc6975bbe3");
        assertThat(new IdempotencyKeys("r17").next(call))
                .as("in the next delivery")
                .isEqualTo("4fa4456f3a63791b4b14fd12df9d8f15e749f824fed5543a9f24dbe527089aba");
    }

    @Test
    void keysAreSortedByCodePointsAndOnlyWhatJsonDemandsIsEscaped() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("\ud83d\ude00", 1);
        value.put("\uff5e", "/\u2028\u007f<é");
        value.put("b", List.of(true, new BigDecimal("1.50"), "\"\\\b\f\n\r\t\u0001\u001f"));
        value.put("a", null);

        assertThat(CanonicalJson.of(value))
                .isEqualTo("{\"a\":null,\"b\":[true,1.50,\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\"],"
                        + "\"\uff5e\":\"/\u2028\u007f<é\",\"\ud83d\ude00\":1}");
        assertThat(CanonicalJson.of(Map.of())).isEqualTo("{}");
        assertThat(CanonicalJson.of(List.of())).isEqualTo("[]");
    }
}
