package io.chatworker.worker.intake;

import io.chatworker.worker.control.Cancellations;
import io.chatworker.worker.decode.Decoded;
import io.chatworker.worker.decode.RequestDecoder;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.run.ChatDesk;
import io.chatworker.worker.run.ChatListener;
import io.chatworker.worker.run.ChatRun;
import io.chatworker.worker.run.Outcome;
import io.chatworker.worker.run.OwnFault;
import io.chatworker.worker.run.StopReason;
import java.time.Duration;
import java.util.OptionalLong;

/** One delivery from arrival to settlement, on a thread of its own: decode, run, decide, settle. */
public final class RequestListener {

    private final RequestDecoder decoder;
    private final ChatDesk desk;
    private final InFlight inFlight;
    private final Cancellations cancellations;
    private final DeadLetters letters;

    public RequestListener(
            RequestDecoder decoder,
            ChatDesk desk,
            InFlight inFlight,
            Cancellations cancellations,
            DeadLetters letters) {
        this.decoder = decoder;
        this.desk = desk;
        this.inFlight = inFlight;
        this.cancellations = cancellations;
        this.letters = letters;
    }

    /** Returns when the delivery is settled. */
    void handle(Delivery delivery) {
        long deliveredAt = System.nanoTime();
        Outcome outcome = new Outcome.Requeued();
        ChatListener listener = desk.newListener();
        try {
            listener.received(delivery.envelope.isRedeliver());
            Decoded decoded = decode(delivery);
            TraceContext trace =
                    listener.read(decoded.chat(), decoded.chat().address().trace());
            ChatRun run = new ChatRun(decoded.chat().in(trace), desk, listener);
            inFlight.add(delivery, run);
            try {
                outcome = answer(delivery, decoded, run);
                settle(delivery, run, Settlement.of(outcome));
            } finally {
                inFlight.remove(delivery);
            }
        } catch (RuntimeException | Error e) {
            // Nothing may leave a delivery unsettled; what kills again and again ends as a crash loop.
            OwnFault.log("a delivery is requeued", e);
            delivery.requeue();
        } finally {
            listener.ended(outcome, Duration.ofNanos(System.nanoTime() - deliveredAt));
        }
    }

    private Decoded decode(Delivery delivery) {
        OptionalLong unread = delivery.sizeOfUnreadBody();
        return unread.isPresent()
                ? decoder.tooLarge(delivery.properties, unread.getAsLong(), delivery.earlierDeliveries())
                : decoder.decode(delivery.properties, delivery.body, delivery.earlierDeliveries());
    }

    private Outcome answer(Delivery delivery, Decoded decoded, ChatRun run) {
        if (cancellations.hits(decoded.chat())) {
            run.stop(StopReason.CANCELLED);
        }
        // Whoever stops lost deliveries may have looked before this one was in flight.
        if (!delivery.isOpen()) {
            run.stop(StopReason.DELIVERY_LOST);
        }
        return run.answerUnless(decoded.rejection());
    }

    private void settle(Delivery delivery, ChatRun run, Settlement settlement) {
        switch (settlement) {
            case Settlement.Ack _ -> delivery.ack();
            case Settlement.Requeue _ -> delivery.requeue();
            case Settlement.Nothing _ -> {}
            case Settlement.KeepThenAck _ when delivery.sizeOfUnreadBody().isPresent() -> delivery.reject();
            case Settlement.KeepThenAck reason -> {
                try {
                    letters.keep(delivery, run, reason);
                    delivery.ack();
                } catch (PublishAbandoned e) {
                    delivery.requeue();
                }
            }
        }
    }
}
