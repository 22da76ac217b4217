package io.kafscale.cli;

import io.kafscale.discovery.SegmentKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Finds out what to say to who named a directory that is not a namespace: one above it is the usual mistake, or below. */
final class DirectorySurvey {

    /** From the directory that holds the namespaces down to a segment. */
    private static final int MOST_LEVELS = 5;

    private static final int MOST_FILES = 10_000;

    private DirectorySurvey() {}

    static String explainNothingIn(Path directory) throws IOException {
        String nothing = "no topics under " + directory;
        try (Stream<Path> files = Files.walk(directory, MOST_LEVELS)) {
            return files.limit(MOST_FILES)
                    .filter(DirectorySurvey::isSegment)
                    .findFirst()
                    .map(segment -> nothing + "; give the namespace: "
                            + segment.resolve("../../..").normalize())
                    .orElse(nothing + ", and no segments");
        } catch (UncheckedIOException e) {
            return nothing; // some directory in it cannot be read
        }
    }

    private static boolean isSegment(Path file) {
        int names = file.getNameCount();
        return names > 3 && SegmentKey.parse(file.subpath(names - 3, names).toString()) != null;
    }
}
