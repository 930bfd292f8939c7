package io.chatworker.worker.decode;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** JSON numbers as they are meant, without unfolding the exponents that a sender may have made huge. */
final class Numbers {

    private Numbers() {}

    /** The whole number a node is, {@code 2.0} included; null where it is none or does not fit. */
    static @Nullable Long whole(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.canConvertToLong() ? value.longValue() : null;
        }
        if (!value.isNumber()) {
            return null;
        }
        double number = value.decimalValue().doubleValue();
        return number == Math.rint(number) && Math.abs(number) < 1L << 53 ? (long) number : null;
    }

    /** The number a node is, within what Ollama's 32-bit floats hold; null where it is none or does not fit. */
    static @Nullable Double real(JsonNode value) {
        if (!value.isNumber()) {
            return null;
        }
        double number = value.isIntegralNumber()
                ? value.bigIntegerValue().doubleValue()
                : value.decimalValue().doubleValue();
        return Math.abs(number) <= Float.MAX_VALUE ? number : null;
    }
}
