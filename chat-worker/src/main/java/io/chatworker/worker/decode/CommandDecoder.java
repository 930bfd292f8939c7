package io.chatworker.worker.decode;

import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.run.WorkerState;

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
    public CancelCommand cancel(byte[] body) throws Rejection {
        checkSize(body, MAX_BYTES);
        Problems problems = new Problems();
        Fields fields = new Fields(json.object(body), "", problems);
        CancelCommand command =
                new CancelCommand(fields.id("request_id"), fields.id("conversation_id"), fields.instant("sent_at"));
        problems.check();
        return command;
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
