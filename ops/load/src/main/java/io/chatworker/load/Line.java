package io.chatworker.load;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A line of an answer, written repeatedly with a new token each time. For one thread. */
final class Line {

    private static final String HEAD = "{\"model\":\"load\",\"created_at\":\"2026-11-21T12:46:20.758638278Z\",";
    private static final byte[] TEXT = line("\"content\":\"" + "_".repeat(TokenText.LENGTH) + "\"");

    private final byte[] bytes;
    private final int at;
    private final boolean flushes;

    private Line(byte[] bytes, int at, boolean flushes) {
        this.bytes = bytes;
        this.at = at;
        this.flushes = flushes;
    }

    static Line of(Scenario scenario) {
        byte[] bytes = scenario.toolCallBytes() > 0 ? toolCall(scenario.toolCallBytes()) : TEXT.clone();
        return new Line(bytes, indexOfToken(bytes), scenario.isPaced());
    }

    /** The last line. */
    static byte[] done(int tokens) {
        return (HEAD + "\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\","
                        + "\"total_duration\":8329640354,\"load_duration\":135949574,\"prompt_eval_count\":116,"
                        + "\"prompt_eval_duration\":2228326398,\"eval_count\":" + tokens
                        + ",\"eval_duration\":5892519381}\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] toolCall(int size) {
        return line("\"content\":\"\",\"tool_calls\":[{\"id\":\"call_1\",\"function\":{\"index\":0,\"name\":\"write\","
                + "\"arguments\":{\"" + Event.STAMP + "\":\"" + "_".repeat(TokenText.LENGTH) + "\",\"text\":\""
                + "x".repeat(size) + "\"}}}]");
    }

    private static byte[] line(String message) {
        return (HEAD + "\"message\":{\"role\":\"assistant\"," + message + "},\"done\":false}\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static int indexOfToken(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII).indexOf("_".repeat(TokenText.LENGTH));
    }

    void write(int number, long micros, OutputStream out) throws IOException {
        TokenText.write(number, micros, bytes, at);
        out.write(bytes);
        if (flushes || number == 0) {
            out.flush();
        }
    }
}
