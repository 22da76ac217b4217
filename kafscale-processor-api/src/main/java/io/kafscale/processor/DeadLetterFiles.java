package io.kafscale.processor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where dead letters stand in files, and what is in them: {@code {directory}/{group}/{topic}/{partition}.jsonl}. */
final class DeadLetterFiles {

    private static final String ENDING = ".jsonl";

    private DeadLetterFiles() {}

    static Path of(Path directory, DeadLetter letter) {
        return directory
                .resolve(letter.group())
                .resolve(letter.partition().topic())
                .resolve(letter.partition().partition() + ENDING);
    }

    static List<DeadLetter> read(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path + " does not exist: nothing was sent to the dead letters there");
        }
        List<DeadLetter> letters = new ArrayList<>();
        for (Path file : files(path)) {
            readFile(file, letters);
        }
        return letters;
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> all = Files.walk(path)) {
            return all.filter(file -> file.toString().endsWith(ENDING) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
    }

    private static void readFile(Path file, List<DeadLetter> letters) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        int line = 0;
        int from = 0;
        // What follows the last line end was never finished.
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            line++;
            try {
                letters.add(DeadLetters.fromJson(text.substring(from, end)));
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        file + " line " + line + " is not a dead letter: " + e.getMessage() + "; mend or remove it", e);
            }
            from = end + 1;
        }
    }
}
