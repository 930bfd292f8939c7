package io.chatworker.standin;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the clients that disconnected in the middle of an answer. */
final class Aborts {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private long count;

    void add() {
        lock.lock();
        try {
            count++;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    boolean await(long least, Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lock();
        try {
            while (count < least && left > 0) {
                left = grown.awaitNanos(left);
            }
            return count >= least;
        } finally {
            lock.unlock();
        }
    }
}
