package io.kafscale.testkit.simulation;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.RecordBatch;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What was acknowledged to producers, what sinks were given and confirmed, what was committed; and the rules between them.
 * Breaking one throws at the moment it is broken.
 */
final class DeliveryLedger {

    private static final class Partition {
        /** By offset, the record that a producer was told is stored. */
        final NavigableMap<Long, String> acknowledged = new TreeMap<>();

        final NavigableMap<Long, Boolean> confirmed = new TreeMap<>();
        /** The epoch from which on the committed offset may be lower, since someone sought there. */
        long soughtAfter = -1;

        long epoch;
        long dispatchedFrom = -1;

        @Nullable
        Checkpoint committed;
    }

    private final Map<TopicPartition, Partition> partitions = new HashMap<>();
    private final LongPredicate isFilteredOut;
    private long deliveries;
    private @Nullable AssertionError broken;

    private Partition of(TopicPartition partition) {
        return partitions.computeIfAbsent(partition, p -> new Partition());
    }

    DeliveryLedger(LongPredicate isFilteredOut) {
        this.isFilteredOut = isFilteredOut;
    }

    void acknowledged(TopicPartition partition, long offset, String record) {
        of(partition).acknowledged.put(offset, record);
        if (isFilteredOut.test(offset)) {
            putAside(partition, offset);
        }
    }

    long acknowledged() {
        return partitions.values().stream()
                .mapToLong(p -> p.acknowledged.size())
                .sum();
    }

    /** Records handed to sinks, again and again counted each time. */
    long deliveries() {
        return deliveries;
    }

    /** A sink is called. */
    void dispatched(RecordBatch batch) {
        Partition partition = of(batch.topicPartition());
        long epoch = batch.context().epoch();
        check(epoch >= partition.epoch, "%s dispatched under epoch %d after epoch %d", batch, epoch, partition.epoch);
        if (epoch > partition.epoch) {
            partition.epoch = epoch;
        } else {
            check(
                    batch.firstOffset() >= partition.dispatchedFrom,
                    "%s dispatched after offset %d was",
                    batch,
                    partition.dispatchedFrom);
            for (long offset : partition
                    .acknowledged
                    .subMap(partition.dispatchedFrom, batch.firstOffset())
                    .keySet()) {
                check(
                        partition.confirmed.containsKey(offset),
                        "%s dispatched, and offset %d is not confirmed",
                        batch,
                        offset);
            }
        }
        partition.dispatchedFrom = batch.firstOffset();
        long last = batch.firstOffset() - 1;
        for (Record record : batch) {
            check(record.offset() > last && record.offset() < batch.nextOffset(), "%s is out of order", batch);
            last = record.offset();
            String acknowledged = partition.acknowledged.get(record.offset());
            String found = Objects.requireNonNull(record.value()).toUtf8();
            check(acknowledged == null || acknowledged.equals(found), "%s has %s for %s", batch, found, acknowledged);
            deliveries++;
        }
    }

    /** A sink has what lies below {@code until}, and is about to say so. */
    void confirmed(RecordBatch batch, long until) {
        Partition partition = of(batch.topicPartition());
        for (Record record : batch) {
            if (record.offset() < until) {
                partition.confirmed.put(record.offset(), true);
            }
        }
    }

    /** A record was filtered out, skipped as the policy says, or has gone to the dead letters. */
    void putAside(TopicPartition partition, long offset) {
        of(partition).confirmed.put(offset, true);
    }

    /** Someone has sent the partition elsewhere: under a later epoch it may go back. */
    void sought(TopicPartition at) {
        Partition partition = of(at);
        partition.soughtAfter = partition.epoch;
    }

    /** A commit was really applied. */
    void committed(TopicPartition at, Checkpoint checkpoint) {
        Partition partition = of(at);
        Checkpoint before = partition.committed;
        if (before != null) {
            check(
                    checkpoint.epoch() >= before.epoch(),
                    "%s: epoch %d committed after %d",
                    at,
                    checkpoint.epoch(),
                    before.epoch());
            boolean mayFall = partition.soughtAfter >= 0 && checkpoint.epoch() > partition.soughtAfter;
            check(
                    checkpoint.nextOffset() >= before.nextOffset() || mayFall,
                    "%s: committed offset fell from %d to %d",
                    at,
                    before.nextOffset(),
                    checkpoint.nextOffset());
        }
        if (before != null && checkpoint.nextOffset() < before.nextOffset()) {
            partition.soughtAfter = -1;
        }
        partition.committed = checkpoint;
        for (Map.Entry<Long, String> record :
                partition.acknowledged.headMap(checkpoint.nextOffset()).entrySet()) {
            check(
                    partition.confirmed.containsKey(record.getKey()),
                    "%s: %d was committed, but no sink confirmed offset %d",
                    at,
                    checkpoint.nextOffset(),
                    record.getKey());
        }
    }

    /** The next offset as it is committed. */
    long committed(TopicPartition partition) {
        Checkpoint committed = of(partition).committed;
        return committed == null ? 0 : committed.nextOffset();
    }

    /** Whether all is done: every acknowledged record confirmed and committed. */
    boolean isComplete() {
        return firstUnfinished() == null;
    }

    @Nullable
    String firstUnfinished() {
        for (Map.Entry<TopicPartition, Partition> entry : partitions.entrySet()) {
            Partition partition = entry.getValue();
            for (Long offset : partition.acknowledged.keySet()) {
                if (!partition.confirmed.containsKey(offset)) {
                    return entry.getKey() + ": offset " + offset + " was acknowledged and never delivered";
                }
            }
            Checkpoint committed = partition.committed;
            if (!partition.acknowledged.isEmpty()
                    && (committed == null || committed.nextOffset() <= partition.acknowledged.lastKey())) {
                return entry.getKey() + ": offset " + partition.acknowledged.lastKey() + " was never committed";
            }
        }
        return null;
    }

    /** Sinks and stores are called by code that retries whatever they throw; a broken promise must not end there. */
    void throwIfBroken() {
        if (broken != null) {
            throw broken;
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    void check(boolean holds, String promise, @Nullable Object... values) {
        if (!holds) {
            AssertionError error = new AssertionError(String.format(promise, values));
            broken = broken == null ? error : broken;
            throw error;
        }
    }
}
