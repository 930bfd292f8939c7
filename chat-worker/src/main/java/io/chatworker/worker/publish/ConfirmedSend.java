package io.chatworker.worker.publish;

import io.chatworker.worker.settings.Backoff;
import io.chatworker.worker.stop.StopSignal;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sends the messages of one request through one stripe, so in their order, and waits for the broker's word where
 * somebody asks for it. For one thread at a time.
 *
 * <p>A wait ends with the broker's word, or when the request is left to others. The stripe sees to it that the word
 * comes: what the broker says nothing of for too long is sent again.
 */
final class ConfirmedSend {

    private static final Backoff NACKED = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final Stripe stripe;
    private final Runnable hurry;
    private final StopSignal left;

    /** {@code hurry} has what the connection gathered leave at once. */
    ConfirmedSend(Stripe stripe, Runnable hurry, StopSignal left) {
        this.stripe = stripe;
        this.hurry = hurry;
        this.left = left;
    }

    /** Sends a message once, with what others send at the moment. Waits only while the broker takes none. */
    void send(Outgoing message) throws PublishAbandoned {
        stripe.publish(message, left);
    }

    /** Sends a message once, and not later than it must. Waits only while the broker takes none. */
    void sendNow(Outgoing message) throws PublishAbandoned {
        send(message);
        hurry.run();
    }

    /** Like {@link #untilTaken(Message, Message)}, without a copy. */
    Confirmation untilTaken(Message message) throws PublishAbandoned {
        return untilTaken(null, message);
    }

    /**
     * Sends a message, again with growing waits while a queue nacks it, until the broker has it or takes none so large.
     *
     * @param copy goes right before it, again where it was nacked itself; what becomes of it does not decide
     */
    Confirmation untilTaken(@Nullable Message copy, Message message) throws PublishAbandoned {
        CompletableFuture<Confirmation> copied = copy == null ? null : sendCopy(copy);
        int nacks = 0;
        while (true) {
            CompletableFuture<Confirmation> confirmation = new CompletableFuture<>();
            Outgoing outgoing = new Outgoing(message, confirmation, null);
            outgoing.nacks = nacks;
            sendNow(outgoing);
            Confirmation word = await(confirmation);
            if (word != Confirmation.NACKED) {
                return word;
            }
            nacks = Math.max(outgoing.nacks, nacks + 1);
            if (left.await(NACKED.after(nacks, ThreadLocalRandom.current()))) {
                throw new PublishAbandoned();
            }
            if (copy != null && copied != null && copied.getNow(Confirmation.CONFIRMED) == Confirmation.NACKED) {
                copied = sendCopy(copy);
            }
        }
    }

    private CompletableFuture<Confirmation> sendCopy(Message copy) throws PublishAbandoned {
        CompletableFuture<Confirmation> confirmation = new CompletableFuture<>();
        send(new Outgoing(copy, confirmation, null));
        return confirmation;
    }

    /** Waits for the broker's word. */
    Confirmation await(CompletableFuture<Confirmation> confirmation) throws PublishAbandoned {
        try (StopSignal.Registration _ = left.onStop(() -> confirmation.cancel(false))) {
            return confirmation.get();
        } catch (CancellationException e) {
            throw new PublishAbandoned();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishAbandoned();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a confirmation never fails", e);
        }
    }
}
