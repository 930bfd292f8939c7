package io.chatworker.client;

import io.chatworker.contracts.AnswerChange;

/**
 * Hears of an answer as it comes. Called by the client's one delivery thread, for one answer in order: return soon, and
 * hand longer work to a thread of your own, since all answers of the client wait meanwhile. What is thrown is told to
 * {@link ChatClientBuilder#problems} and changes nothing.
 */
public interface AnswerListener {

    /** Hears nothing. */
    AnswerListener NONE = new AnswerListener() {};

    /** Each event of the request as it arrived, whether it can be read and counts or not; before {@link #changed}. */
    default void arrived(ReceivedEvent event) {}

    /** What an event changed; the last one is {@link AnswerChange.Settled}. */
    default void changed(AnswerChange change) {}

    /** No more comes: {@link ChatException.TimedOut}, or {@link ChatException.Closed}. */
    default void broken(ChatException why) {}
}
