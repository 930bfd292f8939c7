package io.chatworker.worker.intake;

import io.chatworker.worker.run.Chat;
import io.chatworker.worker.run.ChatRun;
import io.chatworker.worker.run.StopReason;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The chats in flight; as many as the prefetch at most. Safe for any thread. */
public final class InFlight {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition fewer = lock.newCondition();

    // Guarded by lock.
    private final Map<Delivery, ChatRun> chats = new LinkedHashMap<>();
    private boolean draining;

    void add(Delivery delivery, ChatRun run) {
        lock.lock();
        try {
            chats.put(delivery, run);
            if (draining) {
                run.drain();
            }
        } finally {
            lock.unlock();
        }
    }

    void remove(Delivery delivery) {
        lock.lock();
        try {
            chats.remove(delivery);
            fewer.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public int size() {
        lock.lock();
        try {
            return chats.size();
        } finally {
            lock.unlock();
        }
    }

    /** Stops the chats of the deliveries that match. */
    void stop(Predicate<Delivery> which, StopReason reason) {
        List<ChatRun> runs;
        lock.lock();
        try {
            runs = chats.entrySet().stream()
                    .filter(entry -> which.test(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
        } finally {
            lock.unlock();
        }
        runs.forEach(run -> run.stop(reason));
    }

    /** Stops the chats that match. */
    public void stopChats(Predicate<Chat> which, StopReason reason) {
        runs().stream().filter(run -> which.test(run.chat())).forEach(run -> run.stop(reason));
    }

    private List<ChatRun> runs() {
        lock.lock();
        try {
            return List.copyOf(chats.values());
        } finally {
            lock.unlock();
        }
    }

    /** Lets those that run end; those that wait for another try are requeued. */
    void drain() {
        List<ChatRun> runs;
        lock.lock();
        try {
            draining = true;
            runs = List.copyOf(chats.values());
        } finally {
            lock.unlock();
        }
        runs.forEach(ChatRun::drain);
    }

    /** Waits until there are none, this long at most; whether there are none. */
    boolean awaitNone(Duration wait) {
        long left = wait.toNanos();
        lock.lock();
        try {
            while (!chats.isEmpty() && left > 0) {
                left = fewer.awaitNanos(left);
            }
            return chats.isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return chats.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
