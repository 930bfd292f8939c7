package io.chatworker.worker.decode;

import io.chatworker.worker.prompt.Rejection;

/** Bodies of commands into what they ask for. Safe for any thread. */
public final class CommandDecoder {

    private static final int MAX_BYTES = 64 * 1024;

    private final JsonText json = new JsonText();

    /**
     * Reads a {@code chat.cancel}.
     *
     * @throws Rejection {@code invalid_request} where it cannot be read
     */
    public CancelCommand cancel(byte[] body) throws Rejection {
        if (body.length > MAX_BYTES) {
            throw Rejection.invalid("", "must have at most " + MAX_BYTES + " bytes");
        }
        Problems problems = new Problems();
        Fields fields = new Fields(json.object(body), "", problems);
        CancelCommand command =
                new CancelCommand(fields.id("request_id"), fields.id("conversation_id"), fields.instant("sent_at"));
        problems.check();
        return command;
    }
}
