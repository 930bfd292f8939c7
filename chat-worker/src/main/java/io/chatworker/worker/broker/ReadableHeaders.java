package io.chatworker.worker.broker;

import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Content headers that the client can read. It closes the connection at a table nested more than 32 deep, which every
 * broker lets through; the message would come again and again, and take its neighbours' deliveries with it. Such a
 * message comes without its headers.
 *
 * @see <a href="https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf">AMQP 0-9-1, 2.3.5.2: content framing</a>
 */
final class ReadableHeaders {

    private static final int FLAGS_AT = 12;
    private static final int HAS_CONTENT_TYPE = 1 << 15;
    private static final int HAS_CONTENT_ENCODING = 1 << 14;
    private static final int HAS_HEADERS = 1 << 13;

    private ReadableHeaders() {}

    /** The frame itself, or one without the table of headers where that cannot be read. */
    static Frame of(Frame header) {
        return isReadable(header.getPayload()) ? header : withoutTable(header);
    }

    private static boolean isReadable(byte[] payload) {
        try {
            var _ = AMQImpl.readContentHeaderFrom(new DataInputStream(new ByteArrayInputStream(payload)));
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static Frame withoutTable(Frame header) {
        ByteBuffer from = ByteBuffer.wrap(header.getPayload());
        int flags = from.getShort(FLAGS_AT);
        if ((flags & HAS_HEADERS) == 0) {
            return header;
        }
        from.position(FLAGS_AT + Short.BYTES);
        skipText(from, (flags & HAS_CONTENT_TYPE) != 0);
        skipText(from, (flags & HAS_CONTENT_ENCODING) != 0);
        int table = from.position();
        int behind = table + Integer.BYTES + from.getInt();
        ByteBuffer to = ByteBuffer.allocate(from.limit() - (behind - table) + Integer.BYTES);
        to.put(from.array(), 0, table).putInt(0).put(from.array(), behind, from.limit() - behind);
        return new Frame(header.getType(), header.getChannel(), to.array());
    }

    private static void skipText(ByteBuffer from, boolean isThere) {
        if (isThere) {
            int length = Byte.toUnsignedInt(from.get());
            from.position(from.position() + length);
        }
    }
}
