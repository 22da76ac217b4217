package io.kafscale.cli;

import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.SegmentKey;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A place that a command was given, opened. */
sealed interface Location extends AutoCloseable {

    @Override
    default void close() {}

    /** Says what there is, to who expected topics. */
    interface Explanation {
        String explain() throws IOException;
    }

    /**
     * Many topics.
     *
     * @param nothing says why there are none here
     * @param client closed with this
     */
    record Namespace(ObjectStore store, String namespace, Explanation nothing, Runnable client) implements Location {

        SegmentLister lister() {
            return SegmentLister.create(store, namespace);
        }

        /**
         * The partitions wanted.
         *
         * @throws IOException when there are none, which says what there is instead, or the store fails
         */
        SortedSet<TopicPartition> partitions(Predicate<TopicPartition> wanted) throws IOException {
            SortedSet<TopicPartition> all = lister().partitions(topic -> true);
            SortedSet<TopicPartition> found = new TreeSet<>(all);
            found.removeIf(wanted.negate());
            if (all.isEmpty()) {
                throw new IOException(nothing.explain());
            }
            if (found.isEmpty()) {
                throw new IOException("there is no such partition; there are " + all);
            }
            return found;
        }

        @Override
        public void close() {
            client.run();
        }
    }

    /** One file, by its real path. */
    record SingleFile(Path path) implements Location {

        /** Whose records they are by the path, or null when it is not that of a segment. */
        @Nullable
        TopicPartition partition() {
            int names = path.getNameCount();
            SegmentKey key = names < 3
                    ? null
                    : SegmentKey.parse(path.subpath(names - 3, names).toString());
            return key == null ? null : key.partition();
        }

        byte[] read() throws IOException {
            return read(path);
        }

        static byte[] read(Path file) throws IOException {
            try {
                if (Files.size(file) > Integer.MAX_VALUE - 8) {
                    throw new IOException(file + " has " + Files.size(file) + " bytes; no segment exceeds 2 GiB");
                }
                return Files.readAllBytes(file);
            } catch (NoSuchFileException e) {
                throw new IOException("there is no file " + file, e);
            } catch (AccessDeniedException e) {
                throw new IOException("cannot read " + file + ": permission denied", e);
            }
        }
    }
}
