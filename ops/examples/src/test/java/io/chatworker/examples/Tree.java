package io.chatworker.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Sources without what was built or fetched among them, and copies of them, in which commands are in nobody's way. */
final class Tree {

    private static final Path TOP = Path.of("target", "tree").toAbsolutePath();
    private static final Path CONTRACTS = Path.of("..", "..", "chat-contracts");
    private static final Set<String> NOT_SOURCES = Set.of("target", ".git", ".run", "node_modules", ".venv");

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
            copy(Path.of(example), copy);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies the sources below a folder; what is there already is replaced. */
    static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path copy = to.resolve(from.relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** The sources below a folder. */
    static List<Path> files(Path top) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    boolean foreign = NOT_SOURCES.contains(folder.getFileName().toString())
                            || Files.exists(folder.resolve("pyvenv.cfg"));
                    return foreign && !folder.equals(top) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    // In a worktree .git is a file.
                    if (!file.endsWith(".git")) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
