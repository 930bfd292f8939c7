package io.chatworker.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** The examples copied to {@code target/tree}, where what they fetch and make is in nobody's way. */
final class Tree {

    private static final Path TOP = Path.of("target", "tree").toAbsolutePath();
    private static final Path CONTRACTS = Path.of("..", "..", "chat-contracts");

    private Tree() {}

    /** A copy of an example's folder, with the contracts where it looks for them. */
    static synchronized Path copy(String example) {
        try {
            Path link = TOP.resolve("chat-contracts");
            Path copies = Files.createDirectories(TOP.resolve("ops").resolve("examples"));
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, CONTRACTS.toRealPath());
            }
            Path copy = copies.resolve(example);
            copyTree(Path.of(example), copy);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                // What somebody fetched into the tree by hand.
                if (Files.exists(folder.resolve("pyvenv.cfg")) || folder.endsWith("node_modules")) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
