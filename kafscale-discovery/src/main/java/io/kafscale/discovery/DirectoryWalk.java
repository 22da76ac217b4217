package io.kafscale.discovery;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a tree of files in the order of their keys, a step at a time.
 *
 * <p>A folder's place in that order is that of its name <em>with</em> the slash: {@code orders-dlq/} comes before
 * {@code orders/}. A name alone does not tell a folder from a file, and asking about each would make every page as dear
 * as the whole directory. So each name waits under its own key, the least it can have, and is only looked at when its turn
 * comes; if it is a folder it waits again, with its slash.
 *
 * <p>What vanishes on the way was never there. Not thread safe.
 */
final class DirectoryWalk {

    /**
     * A file, or in a delimited walk a folder.
     *
     * @param key of a folder with its slash
     * @param file the file's attributes, or null for a folder
     */
    record Step(String key, @Nullable BasicFileAttributes file) {}

    private record Waiting(String key, Path path, boolean folder) implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting other) {
            return ObjectStore.KEY_ORDER.compare(key, other.key);
        }
    }

    private final String prefix;
    private final String after;
    private final boolean delimited;
    private final Deque<PriorityQueue<Waiting>> levels = new ArrayDeque<>();

    /**
     * Starts a walk.
     *
     * @param directory in which all keys with this prefix lie
     * @param directoryKey its key, with a slash at its end unless empty
     * @param prefix only what begins with it
     * @param after only what sorts after it
     * @param delimited whether folders are shown instead of entered
     */
    DirectoryWalk(Path directory, String directoryKey, String prefix, String after, boolean delimited)
            throws IOException {
        this.prefix = prefix;
        this.after = after;
        this.delimited = delimited;
        enter(directory, directoryKey);
    }

    /** The next file or folder, or null at the end. */
    @Nullable
    Step next() throws IOException {
        while (!levels.isEmpty()) {
            Waiting waiting = levels.element().poll();
            if (waiting == null) {
                levels.remove();
            } else if (!waiting.folder) {
                BasicFileAttributes attributes = attributes(waiting.path);
                if (attributes != null && attributes.isDirectory() && isFolderWanted(waiting.key + "/")) {
                    levels.element().add(new Waiting(waiting.key + "/", waiting.path, true));
                } else if (attributes != null && attributes.isRegularFile() && isFileWanted(waiting.key)) {
                    return new Step(waiting.key, attributes);
                }
            } else if (delimited) {
                return new Step(waiting.key, null);
            } else {
                enter(waiting.path, waiting.key);
            }
        }
        return null;
    }

    private void enter(Path directory, String directoryKey) throws IOException {
        PriorityQueue<Waiting> level = new PriorityQueue<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                String key = directoryKey + child.getFileName();
                if (isFileWanted(key) || isFolderWanted(key + "/")) {
                    level.add(new Waiting(key, child, false));
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        levels.push(level);
    }

    private boolean isFileWanted(String key) {
        boolean hidden = key.charAt(key.lastIndexOf('/') + 1) == '.';
        return !hidden && key.startsWith(prefix) && ObjectStore.KEY_ORDER.compare(key, after) > 0;
    }

    private boolean isFolderWanted(String key) {
        boolean holdsWhatIsAfter =
                ObjectStore.KEY_ORDER.compare(key, after) > 0 || (!delimited && after.startsWith(key));
        return key.startsWith(prefix) && holdsWhatIsAfter;
    }

    private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
