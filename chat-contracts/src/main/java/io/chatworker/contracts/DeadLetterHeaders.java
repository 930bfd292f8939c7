package io.chatworker.contracts;

/** Headers that the worker adds to a request it moves to {@link Topology#deadLetters()} or {@link Topology#rejected()}. */
public final class DeadLetterHeaders {

    /** Wire name of the {@link ErrorCode}. */
    public static final String FAILURE_CODE = "x-failure-code";

    public static final String FAILURE_MESSAGE = "x-failure-message";

    /** RFC 3339, UTC. */
    public static final String FAILED_AT = "x-failed-at";

    public static final String WORKER = "x-worker";
    public static final String ATTEMPT = "x-attempt";

    /** The queue that the request came from. */
    public static final String QUEUE = "x-queue";

    /** The request's {@code user_id}: as a property it would be refused from another user's connection. */
    public static final String USER_ID = "x-user-id";

    private DeadLetterHeaders() {}
}
