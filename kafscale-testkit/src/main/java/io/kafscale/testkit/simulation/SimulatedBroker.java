package io.kafscale.testkit.simulation;

import io.kafscale.discovery.ListedSegment;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Writes one partition as a KafScale broker does: both halves side by side, one segment after another, sometimes failing.
 * After a failure the offsets are lost for good, or, when the broker restarted, used again with other content.
 *
 * <p>Two things that could happen to a real broker are left out, since no reader can tell them from a sound segment:
 * halves of two failed attempts that make a pair, and a restart so quick that a new index and an old segment look as if
 * they had been uploaded together.
 */
final class SimulatedBroker {

    private static final Duration RESTART = ListedSegment.REWRITE_TOLERANCE.plusSeconds(1);

    private final VirtualTime time;
    private final Faults faults;
    private final InMemoryObjectStore objects;
    private final DeliveryLedger ledger;
    private final SimulatedCatalog catalog;
    private final TopicPartition partition;
    private final String prefix;
    private final List<WrittenSegment> stored = new ArrayList<>();
    private final LongConsumer rewrites;
    private long nextOffset;
    private int segmentsLeft;
    private int generation;
    private long lastBase = -1;
    private boolean segmentIsWhatFails;

    SimulatedBroker(
            VirtualTime time,
            Faults faults,
            InMemoryObjectStore objects,
            DeliveryLedger ledger,
            SimulatedCatalog catalog,
            String namespace,
            TopicPartition partition,
            int segments,
            LongConsumer rewrites) {
        this.rewrites = rewrites;
        this.time = time;
        this.faults = faults;
        this.objects = objects;
        this.ledger = ledger;
        this.catalog = catalog;
        this.partition = partition;
        this.prefix = namespace + "/" + partition.topic() + "/" + partition.partition() + "/";
        this.segmentsLeft = segments;
    }

    /** Deletes the oldest segment, as life-cycle rules do, if that and the next were read and committed. */
    void expireOldest(long committed) {
        if (stored.size() > 1 && stored.get(1).nextOffset() <= committed) {
            WrittenSegment oldest = stored.remove(0);
            faults.happens(Faults.Kind.SEGMENT_EXPIRED, 1);
            objects.delete(prefix + oldest.indexName());
            objects.delete(prefix + oldest.segmentName());
        }
    }

    TopicPartition partition() {
        return partition;
    }

    boolean isDone() {
        return segmentsLeft == 0;
    }

    void writeNext() {
        if (segmentsLeft == 0) {
            return;
        }
        segmentsLeft--;
        long base = nextOffset;
        int records = faults.between(1, 8);
        int writing = generation++;
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (int i = 0; i < records; i++) {
            batch.record(null, record(base + i, writing));
        }
        WrittenSegment segment =
                new SegmentWriter(base, time.wallMillis()).append(batch.build()).finish();
        catalog.writing(partition, base + records);
        boolean fails = faults.happens(Faults.Kind.UPLOAD_FAILED, 0.1);
        if (base != lastBase) {
            lastBase = base;
            segmentIsWhatFails = faults.random().nextBoolean();
        }
        boolean segmentFails = fails && segmentIsWhatFails;
        Duration segmentDelay = faults.millis(1, 400);
        Duration indexDelay = faults.millis(1, 400);
        if (!segmentFails) {
            time.after(segmentDelay, () -> objects.put(prefix + segment.segmentName(), segment.segment()));
        }
        if (!fails || segmentFails) {
            time.after(indexDelay, () -> objects.put(prefix + segment.indexName(), segment.index()));
        }
        Duration uploaded = segmentDelay.compareTo(indexDelay) > 0 ? segmentDelay : indexDelay;
        boolean restarts = fails && faults.random().nextBoolean();
        time.after(uploaded, () -> {
            if (!fails) {
                for (int i = 0; i < records; i++) {
                    ledger.acknowledged(partition, base + i, record(base + i, writing));
                }
                nextOffset = base + records;
                stored.add(segment);
            } else if (restarts) {
                faults.happens(Faults.Kind.SEGMENT_REWRITTEN, 1);
                rewrites.accept(base);
            } else {
                nextOffset = base + records;
            }
            catalog.written(partition, nextOffset);
            time.after(
                    restarts
                            ? RESTART.plus(faults.millis(0, 8_000))
                            : faults.millis(5, faults.random().nextBoolean() ? 50 : 4_000),
                    this::writeNext);
        });
    }

    private String record(long offset, int writing) {
        return partition + "@" + offset + "#" + writing;
    }
}
