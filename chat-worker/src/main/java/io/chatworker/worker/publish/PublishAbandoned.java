package io.chatworker.worker.publish;

/** The one who published gave up while the broker took nothing. */
public final class PublishAbandoned extends Exception {
    PublishAbandoned() {
        super(null, null, false, false);
    }
}
