package io.kafscale.discovery;

import io.kafscale.segment.ReadOptions;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Reads one partition from one offset to another, without a group and without moving any offset: for backfills, tests,
 * tools, and engines that keep offsets themselves.
 *
 * <pre>{@code
 * PartitionReader reader = PartitionReader.open(store, "production", new TopicPartition("orders", 0))
 *         .from(1_000)
 *         .until(2_000)
 *         .onFinding(finding -> log.warn(finding.message()));
 * try (PartitionCursor records = reader.cursor()) {
 *     while (records.next()) {
 *         warehouse.insert(records.offset(), records.value());
 *     }
 * }
 * }</pre>
 *
 * <p>It reads what is there and ends there; it never waits for more. Each offset comes once, in order, by the same rules
 * by which processors deliver: half segments, gaps and overlaps are judged by a {@link PartitionTail}.
 *
 * <p>A segment is fetched and checked whole. Of a large one, of which much lies outside the range, only what is wanted is
 * fetched: the checksum over the whole segment is then not checked, but that of each batch is, and strays are not told.
 *
 * <p>Immutable and thread safe: each setting makes another reader, and each cursor reads for itself.
 */
public final class PartitionReader {

    private final ObjectStore store;
    private final String namespace;
    private final TopicPartition partition;
    private final long from;
    private final long until;
    private final Duration grace;
    private final ReadOptions readOptions;
    private final Consumer<? super Finding> findings;

    private PartitionReader(
            ObjectStore store,
            String namespace,
            TopicPartition partition,
            long from,
            long until,
            Duration grace,
            ReadOptions readOptions,
            Consumer<? super Finding> findings) {
        this.store = store;
        this.namespace = namespace;
        this.partition = partition;
        this.from = from;
        this.until = until;
        this.grace = grace;
        this.readOptions = readOptions;
        this.findings = findings;
    }

    /**
     * A reader of everything in a partition. Nothing is asked of the store until a cursor is moved; the store stays open,
     * who opened it closes it.
     *
     * @param namespace what stands before the topic in keys; brokers use {@code default} unless told otherwise
     * @throws IllegalArgumentException when the namespace begins or ends with a slash
     */
    public static PartitionReader open(ObjectStore store, String namespace, TopicPartition partition) {
        SegmentKey.checkNamespace(namespace);
        return new PartitionReader(
                store,
                namespace,
                partition,
                0,
                Long.MAX_VALUE,
                PartitionTail.DEFAULT_GRACE,
                ReadOptions.defaults(),
                finding -> {});
    }

    /**
     * The same, from an offset on. Found in O(log n) listings. By default 0, which begins with whatever the log still has.
     *
     * @throws IllegalArgumentException when {@code offset} is negative
     */
    public PartitionReader from(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("cannot read " + partition + " from offset " + offset);
        }
        return new PartitionReader(store, namespace, partition, offset, until, grace, readOptions, findings);
    }

    /** The same, up to an offset, which is not read itself. By default everything. */
    public PartitionReader until(long offset) {
        return new PartitionReader(store, namespace, partition, from, offset, grace, readOptions, findings);
    }

    /**
     * The same, but for how much older than the newest object listed half a segment must be to be passed over. A younger
     * one may still become whole, and ends the reading before it. By default {@link PartitionTail#DEFAULT_GRACE}; with
     * {@link Duration#ZERO} everything that is there now is taken for final.
     *
     * @throws IllegalArgumentException when {@code grace} is negative
     */
    public PartitionReader grace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("a grace period of " + grace);
        }
        return new PartitionReader(store, namespace, partition, from, until, grace, readOptions, findings);
    }

    /** The same, but for how segments are read. By default {@link ReadOptions#defaults()}. */
    public PartitionReader readOptions(ReadOptions options) {
        return new PartitionReader(store, namespace, partition, from, until, grace, options, findings);
    }

    /**
     * The same, but for who is told of what is passed over: on the thread that moves the cursor, before the records that
     * come next. By default nobody. What it throws comes out of {@link PartitionCursor#next()}.
     */
    public PartitionReader onFinding(Consumer<? super Finding> findings) {
        return new PartitionReader(store, namespace, partition, from, until, grace, readOptions, findings);
    }

    /** A cursor before the first record. */
    public PartitionCursor cursor() {
        return new PartitionCursor(this);
    }

    ObjectStore store() {
        return store;
    }

    String namespace() {
        return namespace;
    }

    TopicPartition partition() {
        return partition;
    }

    long from() {
        return from;
    }

    long until() {
        return until;
    }

    Duration grace() {
        return grace;
    }

    ReadOptions readOptions() {
        return readOptions;
    }

    Consumer<? super Finding> findings() {
        return findings;
    }

    /** What is read, for logs. */
    @Override
    public String toString() {
        return partition + "[" + from + ".." + (until == Long.MAX_VALUE ? "" : until) + ")";
    }
}
