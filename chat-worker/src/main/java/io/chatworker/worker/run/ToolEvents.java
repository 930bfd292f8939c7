package io.chatworker.worker.run;

import io.chatworker.contracts.ExecutedToolCall;
import io.chatworker.contracts.ToolCall;
import io.chatworker.contracts.ToolCallEvent;
import io.chatworker.contracts.ToolResultEvent;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.publish.RequestEvents;
import io.chatworker.worker.tools.RoundEvents;
import io.chatworker.worker.tools.ToolOutcome;
import java.time.Duration;

/** Tells the requester of the calls of one attempt, where it wants anything but the end, and whoever observes the chat. */
record ToolEvents(Chat chat, AttemptId id, RequestEvents events, ChatListener listener)
        implements RoundEvents<PublishAbandoned> {

    @Override
    public void published(ToolCall call) throws PublishAbandoned {
        if (chat.streams()) {
            events.publish(new ToolCallEvent(
                    chat.address().requestId(),
                    chat.address().conversationId(),
                    id.number(),
                    id.run(),
                    call.callId(),
                    call.name(),
                    call.arguments()));
        }
    }

    @Override
    public void ended(ExecutedToolCall call, ToolOutcome outcome) throws PublishAbandoned {
        listener.toolCalled(call.name(), outcome, Duration.ofMillis(call.durationMs()));
        if (chat.streams()) {
            events.publish(new ToolResultEvent(
                    chat.address().requestId(),
                    chat.address().conversationId(),
                    id.number(),
                    id.run(),
                    call.callId(),
                    call.name(),
                    call.content(),
                    call.error(),
                    call.durationMs()));
        }
    }

    @Override
    public void stopped(String name, Duration took) {
        listener.toolCalled(name, ToolOutcome.STOPPED, took);
    }
}
