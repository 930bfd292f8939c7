package io.chatworker.contracts;

/**
 * What the worker publishes about a request.
 *
 * <p>A consumer settles a request by the first {@link TerminalEvent} it sees; until then the highest
 * {@link #attempt()} counts, of equal ones the {@link #run()} seen first.
 */
public sealed interface ChatEvent permits Started, Waiting, Chunk, ToolCallEvent, ToolResultEvent, TerminalEvent {

    String requestId();

    String conversationId();

    /** 100 × earlier deliveries + the try in this delivery, counted from 1. */
    int attempt();

    /** Random id of this attempt. */
    String run();

    /** Which of the events it is. */
    EventName event();
}
