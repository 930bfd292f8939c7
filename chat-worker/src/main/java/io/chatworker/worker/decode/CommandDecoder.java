package io.chatworker.worker.decode;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.run.WorkerState;
import java.time.Instant;

/** Bodies of commands into what they ask for. Safe for any thread. */
public final class CommandDecoder {

    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_DESCRIPTION_BYTES = 1024 * 1024;

    private final JsonText json = new JsonText();

    /**
     * Reads a {@code chat.cancel}.
     *
     * @throws Rejection {@code invalid_request} where it cannot be read
     */
    public CancelCommand cancel(BasicProperties properties, byte[] body) throws Rejection {
        checkSize(body, MAX_BYTES);
        Problems problems = new Problems();
        Fields fields = new Fields(json.object(body), "", problems);
        String requestId = fields.id("request_id");
        String conversationId = fields.id("conversation_id");
        Instant sentAt = fields.instant("sent_at");
        problems.check();
        return new CancelCommand(requestId, conversationId, sentAt == null ? sentBy(properties) : sentAt);
    }

    /** The command was sent somewhere within its timestamp, and cancels what was sent before. */
    private static Instant sentBy(BasicProperties properties) {
        AmqpTimestamp timestamp = AmqpTimestamp.of(properties.getTimestamp());
        return timestamp == null ? Instant.now() : timestamp.latest();
    }

    /**
     * Reads of a {@code chat.description} what matters to another worker.
     *
     * @throws Rejection {@code invalid_request} where it cannot be read
     */
    public WorkerState description(byte[] body) throws Rejection {
        checkSize(body, MAX_DESCRIPTION_BYTES);
        Problems problems = new Problems();
        Fields fields = new Fields(json.object(body), "", problems);
        String worker = fields.text("worker");
        String queue = fields.text("queue");
        boolean paused = fields.present("paused") != null;
        problems.check();
        if (worker == null || queue == null) {
            throw Rejection.invalid("", "must name its worker and queue");
        }
        return new WorkerState(worker, queue, paused);
    }

    private static void checkSize(byte[] body, int most) throws Rejection {
        if (body.length > most) {
            throw Rejection.invalid("", "must have at most " + most + " bytes");
        }
    }
}
