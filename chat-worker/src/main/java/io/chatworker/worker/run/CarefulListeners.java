package io.chatworker.worker.run;

import io.chatworker.contracts.Completed;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.tools.ToolOutcome;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Several listeners as one. What one of them throws reaches neither the chat nor the others: a count that fails must not
 * cost a request its place.
 */
record CarefulListeners(List<ChatListener> listeners) implements ChatListener {

    /** New ones for a chat; where one cannot be made the others do. */
    static CarefulListeners of(List<Supplier<ChatListener>> makers) {
        return new CarefulListeners(
                makers.stream().map(maker -> carefully(maker, NOBODY)).toList());
    }

    private static final ChatListener NOBODY = new ChatListener() {};

    @Override
    public void received(boolean redelivered) {
        each(listener -> listener.received(redelivered));
    }

    @Override
    public TraceContext read(Chat chat, TraceContext trace) {
        TraceContext latest = trace;
        for (ChatListener listener : listeners) {
            TraceContext before = latest;
            latest = carefully(() -> listener.read(chat, before), before);
        }
        return latest;
    }

    @Override
    public void waiting(WaitingReason reason) {
        each(listener -> listener.waiting(reason));
    }

    @Override
    public void waited() {
        each(ChatListener::waited);
    }

    @Override
    public TraceContext calling(CallStart call, TraceContext trace) {
        TraceContext latest = trace;
        for (ChatListener listener : listeners) {
            TraceContext before = latest;
            latest = carefully(() -> listener.calling(call, before), before);
        }
        return latest;
    }

    @Override
    public void firstToken(Duration sinceStart) {
        each(listener -> listener.firstToken(sinceStart));
    }

    @Override
    public void called(CallEnd end) {
        each(listener -> listener.called(end));
    }

    @Override
    public void retrying(ErrorCode code) {
        each(listener -> listener.retrying(code));
    }

    @Override
    public void toolCalled(String name, ToolOutcome outcome, Duration took) {
        each(listener -> listener.toolCalled(name, outcome, took));
    }

    @Override
    public void summarized(int turns, boolean succeeded, Duration took) {
        each(listener -> listener.summarized(turns, succeeded, took));
    }

    @Override
    public void answered(Completed event) {
        each(listener -> listener.answered(event));
    }

    @Override
    public void confirmed(Duration sinceSent) {
        each(listener -> listener.confirmed(sinceSent));
    }

    @Override
    public void ended(Outcome outcome, Duration sinceDelivery) {
        each(listener -> listener.ended(outcome, sinceDelivery));
    }

    private void each(Consumer<ChatListener> call) {
        for (ChatListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                OwnFault.log("a listener", e);
            }
        }
    }

    private static <T> T carefully(Supplier<T> call, T otherwise) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            OwnFault.log("a listener", e);
            return otherwise;
        }
    }
}
