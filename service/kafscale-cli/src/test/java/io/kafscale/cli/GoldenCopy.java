package io.kafscale.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the golden set, or of some of its topics, to be damaged. */
final class GoldenCopy {

    private final Path namespace;

    private GoldenCopy(Path namespace) {
        this.namespace = namespace;
    }

    /** Copies all topics whose name begins so; the namespace is called {@code golden} again. */
    static GoldenCopy into(Path directory, String topics) throws IOException {
        Path namespace = directory.resolve("golden");
        try (Stream<Path> files = Files.walk(CommandRun.GOLDEN_SEGMENTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path name = CommandRun.GOLDEN_SEGMENTS.relativize(file);
                if (name.toString().startsWith(topics)) {
                    Files.createDirectories(namespace.resolve(name).getParent());
                    Files.write(namespace.resolve(name), Files.readAllBytes(file));
                }
            }
        }
        return new GoldenCopy(namespace.toRealPath());
    }

    Path namespace() {
        return namespace;
    }

    Path file(String name) {
        return namespace.resolve(name);
    }

    /** All files with this ending, in order. */
    List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(namespace)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    static void flip(Path file, long bit) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
        Files.write(file, bytes);
    }
}
