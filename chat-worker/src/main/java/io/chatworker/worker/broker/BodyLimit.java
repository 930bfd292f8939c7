package io.chatworker.worker.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection's frames for the client, and throws the bodies away that are larger than the heap could take: a
 * {@link LargeBody} note comes in their place. The client's own limit would close the connection, and the broker would
 * deliver the same message again and again; likewise {@link ReadableHeaders}.
 *
 * <p>Frames are read by one thread; the rest is passed on.
 *
 * @see <a href="https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf">AMQP 0-9-1, 2.3.5.2: content framing</a>
 */
final class BodyLimit implements FrameHandler {

    private static final int BODY_SIZE_AT = 4;

    private final FrameHandler frames;
    private final long limit;

    // Only for the thread that reads.
    /** Bytes of a body that are still to be thrown away, by channel. */
    private final Map<Integer, Long> unwanted = new HashMap<>();

    private @Nullable Frame note;

    private BodyLimit(FrameHandler frames, long limit) {
        this.frames = frames;
        this.limit = limit;
    }

    /** For connections that read no body larger than this. */
    static ConnectionFactory factory(long limit) {
        return new ConnectionFactory() {
            @Override
            protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
                FrameHandlerFactory sockets = super.createFrameHandlerFactory();
                return (address, name) -> new BodyLimit(sockets.create(address, name), limit);
            }
        };
    }

    @Override
    public @Nullable Frame readFrame() throws IOException {
        Frame noted = note;
        if (noted != null) {
            note = null;
            return noted;
        }
        Frame frame = frames.readFrame();
        while (frame != null && frame.getType() == AMQP.FRAME_BODY && isUnwanted(frame)) {
            frame = frames.readFrame();
        }
        return frame != null && frame.getType() == AMQP.FRAME_HEADER ? limited(ReadableHeaders.of(frame)) : frame;
    }

    private boolean isUnwanted(Frame body) {
        Long left = unwanted.get(body.getChannel());
        if (left == null) {
            return false;
        }
        long rest = left - body.getPayload().length;
        if (rest > 0) {
            unwanted.put(body.getChannel(), rest);
        } else {
            unwanted.remove(body.getChannel());
        }
        return true;
    }

    private Frame limited(Frame header) {
        byte[] payload = header.getPayload();
        long size = ByteBuffer.wrap(payload).getLong(BODY_SIZE_AT);
        if (size <= limit) {
            return header;
        }
        unwanted.put(header.getChannel(), size);
        note = new Frame(AMQP.FRAME_BODY, header.getChannel(), LargeBody.note(size));
        byte[] changed = payload.clone();
        ByteBuffer.wrap(changed).putLong(BODY_SIZE_AT, LargeBody.NOTE_BYTES);
        return new Frame(AMQP.FRAME_HEADER, header.getChannel(), changed);
    }

    @Override
    public boolean internalHearbeat() {
        return frames.internalHearbeat();
    }

    @Override
    public void setTimeout(int timeoutMs) throws SocketException {
        frames.setTimeout(timeoutMs);
    }

    @Override
    public int getTimeout() throws SocketException {
        return frames.getTimeout();
    }

    @Override
    public void sendHeader() throws IOException {
        frames.sendHeader();
    }

    @Override
    public void initialize(AMQConnection connection) {
        frames.initialize(connection);
    }

    @Override
    public void startProcessing() {
        frames.startProcessing();
    }

    @Override
    public void finishConnectionNegotiation() {
        frames.finishConnectionNegotiation();
    }

    @Override
    public void setFrameMax(int bytes) {
        frames.setFrameMax(bytes);
    }

    @Override
    public void writeFrame(Frame frame) throws IOException {
        frames.writeFrame(frame);
    }

    @Override
    public void flush(WriteListener written) throws IOException {
        frames.flush(written);
    }

    @Override
    public void close() {
        frames.close();
    }

    @Override
    public InetAddress getLocalAddress() {
        return frames.getLocalAddress();
    }

    @Override
    public int getLocalPort() {
        return frames.getLocalPort();
    }

    @Override
    public InetAddress getAddress() {
        return frames.getAddress();
    }

    @Override
    public int getPort() {
        return frames.getPort();
    }
}
