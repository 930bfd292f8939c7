package io.chatworker.worker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of this host that nobody listens on, and that no other test is given before this JVM ends: several run at a time.
 * They are below those that the system gives to connections, so none becomes taken in the meantime.
 */
public final class FreePorts {

    private static final int FIRST = 10_000;
    private static final int BEHIND_LAST = 20_000;
    private static final int TRIES = 1_000;
    private static final Path FOLDER =
            Path.of(System.getProperty("java.io.tmpdir"), "chat-worker-test-ports-" + System.getProperty("user.name"));

    /** Each holds the lock of a port's file; the system ends it with the JVM. */
    private static final Queue<FileChannel> RESERVED = new ConcurrentLinkedQueue<>();

    private FreePorts() {}

    public static int one() {
        try {
            Files.createDirectories(FOLDER);
            for (int i = 0; i < TRIES; i++) {
                int port = ThreadLocalRandom.current().nextInt(FIRST, BEHIND_LAST);
                if (reserve(port) && isFree(port)) {
                    return port;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no free port from " + FIRST + " on");
    }

    @SuppressWarnings("resource") // It is to stay open.
    private static boolean reserve(int port) throws IOException {
        FileChannel file = FileChannel.open(
                FOLDER.resolve(Integer.toString(port)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (file.tryLock() != null) {
                RESERVED.add(file);
                return true;
            }
        } catch (OverlappingFileLockException e) {
            // By this JVM itself.
        }
        file.close();
        return false;
    }

    private static boolean isFree(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
