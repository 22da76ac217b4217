package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.Collection;
import java.util.SortedSet;
import java.util.function.Predicate;

/**
 * Knows which topics and partitions there are, and may tell when something changes. The brokers keep such a catalog; a
 * {@link SegmentLister} is one made of the objects themselves.
 *
 * <p><b>It gives hints, never proof.</b> What it names need not have objects, and what it does not name may. An offset it
 * tells of may never have reached the object store. Only a listing says what is there, and a reader that hears nothing
 * more must still find everything by listing now and then.
 *
 * <p>Thread safe. {@link #topics} and {@link #partitions} block and do not retry.
 */
public interface TopicCatalog extends AutoCloseable {

    /**
     * All topics.
     *
     * @throws IOException when the catalog cannot be reached or read; then nothing was found out
     */
    SortedSet<String> topics() throws IOException;

    /**
     * The partitions of these topics; none for a topic that is not in the catalog.
     *
     * @throws IOException when the catalog cannot be reached or read; then nothing was found out
     */
    SortedSet<TopicPartition> partitions(Collection<String> topics) throws IOException;

    /**
     * Has {@code listener} told of changes to these topics from now on, until {@link #close}. One of the two methods called
     * so is called, once. A catalog that cannot tell never calls the listener, as by default; one that can begins when it
     * can, and begins anew by itself after a failure.
     *
     * @param topics whose changes are of interest
     */
    default void watch(Collection<String> topics, Listener listener) {}

    /**
     * The same of all topics that pass, those included that come later.
     *
     * @param topics is asked from the catalog's threads
     */
    default void watch(Predicate<String> topics, Listener listener) {}

    /** What a person would call it, such as {@code etcd at http://etcd:2379}; for messages, without secrets. */
    String describe();

    /** Frees what this catalog opened itself, and ends the watching. */
    @Override
    default void close() {}

    /** Hears of changes, on threads of the catalog's, one call at a time; must not block. */
    interface Listener {

        /** From now on changes are told. What changed before may have gone untold. */
        void began();

        /**
         * Nothing is told any more, until {@link #began} is called again.
         *
         * @param reason one sentence, naming the endpoint
         */
        void ended(String reason);

        /**
         * A partition seems to reach up to here. It may be told late, twice, out of order, or wrongly.
         *
         * @param partition of one of the topics
         * @param nextOffset the offset after the last one written
         */
        void advanced(TopicPartition partition, long nextOffset);

        /** Topics or partitions may have come or gone. */
        void partitionsChanged();
    }
}
