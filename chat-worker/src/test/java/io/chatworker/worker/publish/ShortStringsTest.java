package io.chatworker.worker.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.AMQImpl;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the worker relies on when it sends on what it was sent: AMQP's short strings have 255 bytes at most, and bytes
 * that are no UTF-8 become U+FFFD, three bytes for one. The client cuts such a text when it reads it, so that it can be
 * written again.
 */
class ShortStringsTest {

    private static final int MAX = 255;
    private static final int CONTENT_TYPE = 0x8000;
    private static final int HEADERS = 0x2000;

    private final byte[] noUtf8 = new byte[MAX];

    ShortStringsTest() {
        Arrays.fill(noUtf8, (byte) 0xFF);
    }

    @Test
    void aPropertyThatIsNoUtf8CanBeWrittenAgain() throws Exception {
        BasicProperties read = read();

        assertThat(read.getContentType()).isEqualTo("\uFFFD".repeat(MAX / 3));
        assertThat(read.builder().deliveryMode(2).build().toFrame(1, 0).getPayload())
                .isNotEmpty();
    }

    @Test
    void namesOfHeadersAreCutAtEveryDepth() throws Exception {
        Map<String, Object> headers = read().getHeaders();

        assertThatNameIsCut(headers);
        assertThat(headers.values()).hasOnlyElementsOfType(Map.class);
        headers.values().forEach(nested -> assertThatNameIsCut((Map<?, ?>) nested));
    }

    @Test
    void aRoutingKeyThatIsNoUtf8CanBeWrittenAgain() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(60); // basic
        out.writeShort(60); // deliver
        writeShort(out, "consumer".getBytes(UTF_8));
        out.writeLong(1);
        out.writeByte(0);
        writeShort(out, "exchange".getBytes(UTF_8));
        writeShort(out, noUtf8);

        AMQP.Basic.Deliver deliver = (AMQP.Basic.Deliver)
                AMQImpl.readMethodFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        assertThat(deliver.getRoutingKey()).isEqualTo("\uFFFD".repeat(MAX / 3));
    }

    @Test
    void aTextOf255BytesIsWhole() throws Exception {
        for (String text : List.of("a".repeat(255), "ü".repeat(127), "🌞".repeat(63))) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            startHeader(out, CONTENT_TYPE);
            writeShort(out, text.getBytes(UTF_8));

            assertThat(new BasicProperties(input(bytes)).getContentType()).isEqualTo(text);
        }
    }

    private BasicProperties read() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        startHeader(out, CONTENT_TYPE | HEADERS);
        writeShort(out, noUtf8);
        out.write(table());
        return new BasicProperties(input(bytes));
    }

    /** What comes before the properties: weight, size of the body, and which of them there are. */
    private static void startHeader(DataOutputStream out, int properties) throws IOException {
        out.writeShort(0);
        out.writeLong(0);
        out.writeShort(properties);
    }

    /** A table within a table, both with a name that is no UTF-8. */
    private byte[] table() throws IOException {
        byte[] inner = entry('t', new byte[] {1});
        return sized(entry('F', sized(inner)));
    }

    private byte[] entry(char type, byte[] value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        writeShort(out, noUtf8);
        out.writeByte(type);
        out.write(value);
        return bytes.toByteArray();
    }

    private static byte[] sized(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(content.length);
        out.write(content);
        return bytes.toByteArray();
    }

    private static void writeShort(DataOutputStream out, byte[] text) throws IOException {
        out.writeByte(text.length);
        out.write(text);
    }

    private static DataInputStream input(ByteArrayOutputStream bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    }

    private static void assertThatNameIsCut(Map<?, ?> table) {
        assertThat(table.keySet()).singleElement().isEqualTo("\uFFFD".repeat(MAX / 3));
    }
}
