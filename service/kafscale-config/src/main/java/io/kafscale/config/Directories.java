package io.kafscale.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Directories that are made when they are needed. */
final class Directories {

    private Directories() {}

    /**
     * Looks, without making anything, whether files can be written to a directory.
     *
     * @return what was found, for people
     * @throws IOException when they cannot; names the nearest directory that is there
     */
    static String checkWritable(Path directory) throws IOException {
        Path nearest = directory.toAbsolutePath();
        while (!Files.exists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        if (!Files.isDirectory(nearest) || !Files.isWritable(nearest)) {
            throw new IOException(nearest + " is no directory that can be written to");
        }
        return nearest + " can be written to";
    }
}
