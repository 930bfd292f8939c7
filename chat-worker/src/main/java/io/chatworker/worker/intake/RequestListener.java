package io.chatworker.worker.intake;

import io.chatworker.contracts.Topology;
import io.chatworker.worker.publish.Confirmation;
import io.chatworker.worker.publish.PublishAbandoned;
import io.chatworker.worker.run.ChatDesk;
import io.chatworker.worker.run.ChatRun;
import io.chatworker.worker.run.Outcome;
import io.chatworker.worker.run.StopReason;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One delivery from arrival to verdict, on a thread of its own: decode, run, decide, settle. */
final class RequestListener {

    private static final Logger log = LoggerFactory.getLogger(RequestListener.class);

    private final RequestDecoder decoder;
    private final ChatDesk desk;
    private final RunningChats chats;
    private final Topology topology;
    private final String queue;

    RequestListener(RequestDecoder decoder, ChatDesk desk, RunningChats chats, Topology topology, String queue) {
        this.decoder = decoder;
        this.desk = desk;
        this.chats = chats;
        this.topology = topology;
        this.queue = queue;
    }

    /** Returns when the delivery has its verdict. */
    void handle(Delivery delivery) {
        long deliveredAt = System.nanoTime();
        desk.listener().received();
        Outcome outcome = new Outcome.GivenBack();
        try {
            Decoded decoded = decoder.decode(delivery);
            ChatRun run = new ChatRun(decoded.chat(), desk);
            chats.add(delivery, run);
            if (!delivery.isOpen()) {
                run.stop(StopReason.DELIVERY_LOST);
            }
            try {
                outcome = decoded.refusal() == null ? run.answer() : run.refuse(decoded.refusal());
                settle(delivery, run, Verdict.of(outcome));
            } finally {
                chats.remove(delivery);
            }
            log.info("request {}: {}", decoded.chat().address().requestId(), told(outcome));
        } catch (RuntimeException | Error e) {
            // Nothing may leave a delivery without a verdict; what kills again and again ends as a crash loop.
            log.error("a delivery is given back: {}", e.getClass().getName());
            delivery.giveBack();
        } finally {
            desk.listener().ended(outcome, Duration.ofNanos(System.nanoTime() - deliveredAt));
        }
    }

    private void settle(Delivery delivery, ChatRun run, Verdict verdict) {
        switch (verdict) {
            case Verdict.Accept _ -> delivery.accept();
            case Verdict.GiveBack _ -> delivery.giveBack();
            case Verdict.Nothing _ -> {}
            case Verdict.DeadLetter reason -> {
                try {
                    keep(delivery, run, reason);
                    delivery.accept();
                } catch (PublishAbandoned e) {
                    delivery.giveBack();
                }
            }
        }
    }

    private void keep(Delivery delivery, ChatRun run, Verdict.DeadLetter reason) throws PublishAbandoned {
        String worker = desk.settings().worker();
        Confirmation confirmation = run.events()
                .publishUntilTaken(
                        topology.deadLetters(),
                        delivery.envelope.getRoutingKey(),
                        DeadLetter.properties(delivery, reason, worker, queue),
                        delivery.body);
        if (confirmation == Confirmation.UNROUTABLE) {
            log.error(
                    "the dead letter of request {} found no queue: none is bound to {}",
                    run.chat().address().requestId(),
                    topology.deadLetters());
        }
    }

    private static String told(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered _ -> "completed";
            case Outcome.Cancelled cancelled ->
                "cancelled, " + cancelled.reason().wire();
            case Outcome.Failed failed -> "failed, " + failed.code().wire();
            case Outcome.GivenBack _ -> "given back";
            case Outcome.Lost _ -> "lost to another delivery";
        };
    }
}
