package io.chatworker.worker.run;

import io.chatworker.contracts.ToolCall;
import io.chatworker.worker.publish.CallSend;
import io.chatworker.worker.publish.Confirmation;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.stop.StopSignal;
import io.chatworker.worker.tools.CallCarrier;
import io.chatworker.worker.tools.ToolEnd;
import io.chatworker.worker.tools.ToolOutcome;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings tool calls to the broker, and what the broker says of them into words for the model. */
public record ToolCourier(CallSend send) implements CallCarrier {

    @Override
    public @Nullable ToolEnd carry(
            ToolCall call,
            String replyTo,
            Map<String, String> traceHeaders,
            StopSignal over,
            Consumer<ToolEnd> refused) {
        try {
            CompletableFuture<Confirmation> word = send.send(call, replyTo, traceHeaders, over);
            if (word.getNow(Confirmation.CONFIRMED) == Confirmation.TOO_LARGE) {
                return refusal(Confirmation.TOO_LARGE, call.name());
            }
            var _ = word.thenAccept(said -> {
                ToolEnd refusal = refusal(said, call.name());
                if (refusal != null) {
                    refused.accept(refusal);
                }
            });
            return null;
        } catch (PublishAbandoned e) {
            return refused("no answer: the broker takes no messages");
        } catch (IllegalArgumentException e) {
            return refused("the call cannot be written as a message");
        }
    }

    private static @Nullable ToolEnd refusal(Confirmation word, String name) {
        return switch (word) {
            case CONFIRMED -> null;
            case UNROUTABLE -> ToolEnd.error(ToolOutcome.NO_SERVICE, "no service offers the tool '" + name + "'");
            case NACKED -> refused("the tool '" + name + "' takes no more calls");
            case TOO_LARGE -> refused("the call is too large for the broker");
        };
    }

    private static ToolEnd refused(String why) {
        return ToolEnd.error(ToolOutcome.TIMEOUT, why);
    }
}
