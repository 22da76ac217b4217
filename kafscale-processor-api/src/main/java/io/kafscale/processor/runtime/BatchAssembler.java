package io.kafscale.processor.runtime;

import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.OverlapPolicy;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.segment.SegmentReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes batches of the segments that are here: joins small ones that follow each other without a hole, splits large ones. */
final class BatchAssembler {

    private final Environment env;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final SegmentFinder finder;
    private final RangeGuard range;
    private final Prefetch prefetch;
    private final CheckpointProgress progress;
    private final TopicPlan plan;
    /** The segment that is delivered in parts, once it is admitted. */
    private @Nullable AdmittedSegment head;

    private @Nullable Long waitingSinceNanos;

    BatchAssembler(
            Environment env,
            Wakeup wakeup,
            Blockage blockage,
            SegmentFinder finder,
            RangeGuard range,
            Prefetch prefetch,
            CheckpointProgress progress,
            TopicPlan plan) {
        this.env = env;
        this.wakeup = wakeup;
        this.blockage = blockage;
        this.finder = finder;
        this.range = range;
        this.prefetch = prefetch;
        this.progress = progress;
        this.plan = plan;
    }

    /** The segment whose records come next, if it is here and may be delivered. */
    @Nullable
    AdmittedSegment head() {
        AdmittedSegment known = head;
        if (known == null) {
            known = admitNext();
            head = known;
        }
        return known;
    }

    private @Nullable AdmittedSegment admitNext() {
        SegmentRef ref = finder.tail().head();
        SegmentReader segment = ref == null ? null : prefetch.segment(ref);
        if (ref == null || segment == null) {
            return null;
        }
        PartitionTail.Admission admission = finder.tail().admit(ref, segment.lastOffset());
        if (admission == null || range.isPerhapsBelow(finder.tail(), admission)) {
            return null;
        }
        AdmittedSegment admitted = new AdmittedSegment(ref, segment, admission);
        if (plan.onOverlap() == OverlapPolicy.STOP && !admitted.overlaps().isEmpty()) {
            ProcessorEvent.Overlap first = admitted.overlaps().get(0);
            blockage.stop(
                    new ProcessorEvent.StoppedAtOverlap(ref.partition(), first.object(), first.from(), first.until()));
            prefetch.dropAllBut(List.of());
            return null;
        }
        admitted.tellLosses(env);
        return admitted;
    }

    /**
     * What is handed over next: up to {@code end} exactly, if that is not {@link Long#MAX_VALUE}; else as much as the limits
     * allow, but no more than {@code mostRecords}. Null while it is not here.
     */
    @Nullable
    PendingBatch next(long end, long mostRecords) {
        AdmittedSegment first = head();
        if (first == null) {
            return null;
        }
        boolean isGiven = end != Long.MAX_VALUE;
        long from = Math.max(first.admission().from(), progress.confirmed().nextOffset());
        if (from >= first.until()) {
            return new PendingBatch(List.of(new Portion(first, first.until(), first.until())));
        }
        Room room = isGiven ? new Room(Long.MAX_VALUE, Long.MAX_VALUE) : new Room(mostRecords);
        long until = Math.min(Math.min(end, first.until()), from + room.offsetsOf(first, from));
        List<Portion> portions = new ArrayList<>();
        portions.add(new Portion(first, from, until));
        room.take(first, from, until);
        boolean isFull = until < first.until() || until == end || join(portions, room, end);
        if (isGiven && !isFull && !isHoleAhead(portions)) {
            return null; // the rest of what was planned is still on its way
        }
        boolean waits = !isGiven && !isFull && !plan.batches().maxWait().isZero();
        if (waits && !hasWaited()) {
            return null;
        }
        waitingSinceNanos = null;
        portions.stream().skip(1).forEach(joined -> joined.admitted().tellLosses(env));
        return new PendingBatch(portions);
    }

    private boolean hasWaited() {
        Long since = waitingSinceNanos;
        if (since == null) {
            since = env.now();
            waitingSinceNanos = since;
        }
        return wakeup.isDue(since + plan.batches().maxWait().toNanos());
    }

    /** Adds segments that follow, as long as there is room. Whether there is none left. */
    private boolean join(List<Portion> portions, Room room, long end) {
        // The first one need not be among those that are ready: a listing may have shown that it is gone by now.
        Iterator<SegmentRef> ready = finder.tail().ready().iterator();
        SegmentRef following = nextFrom(ready, portions.get(0).until());
        while (following != null) {
            SegmentRef ref = following;
            following = ready.hasNext() ? ready.next() : null;
            SegmentReader segment = prefetch.segment(ref);
            long from = portions.get(portions.size() - 1).until();
            if (segment == null || ref.baseOffset() != from) {
                return false;
            }
            long segmentEnd = segment.nextOffset();
            if (following != null && following.baseOffset() < segmentEnd) {
                return false; // they overlap: to be looked at once it is the first
            }
            AdmittedSegment next =
                    new AdmittedSegment(ref, segment, new PartitionTail.Admission(from, segmentEnd, from, 0, 0));
            long until = Math.min(end, segmentEnd);
            if (!room.fits(next, from, until)) {
                return true;
            }
            portions.add(new Portion(next, from, until));
            room.take(next, from, until);
            if (until == end || room.isUsedUp()) {
                return true;
            }
        }
        return room.isUsedUp();
    }

    private static @Nullable SegmentRef nextFrom(Iterator<SegmentRef> ready, long offset) {
        while (ready.hasNext()) {
            SegmentRef ref = ready.next();
            if (ref.baseOffset() >= offset) {
                return ref;
            }
        }
        return null;
    }

    /** Whether what is ready goes on behind a hole, so that nothing more will come to be joined. */
    private boolean isHoleAhead(List<Portion> portions) {
        long until = portions.get(portions.size() - 1).until();
        for (SegmentRef ref : finder.tail().ready()) {
            if (ref.baseOffset() >= until) {
                return ref.baseOffset() > until;
            }
        }
        return false;
    }

    /** The segment that is admitted and not delivered to its end, or null when there is none. */
    @Nullable
    SegmentRef inParts() {
        return head == null ? null : head.ref();
    }

    /** The first segment is done with, or is to be fetched anew. */
    void forgetHead() {
        head = null;
    }

    /** How much more a batch takes. */
    private final class Room {
        private long records;
        private long bytes;

        Room(long mostRecords) {
            this(
                    Math.min(mostRecords, plan.batches().maxRecords()),
                    plan.batches().maxBytes());
        }

        Room(long records, long bytes) {
            this.records = records;
            this.bytes = bytes;
        }

        /** How many offsets of a segment fit, from {@code from} on; of the first one, at least one. */
        long offsetsOf(AdmittedSegment segment, long from) {
            long offsets = segment.until() - from;
            long size = bytesOf(segment, from, segment.until());
            long fitting = size <= bytes ? offsets : (long) (offsets * ((double) bytes / size));
            return Math.max(1, Math.min(records, fitting));
        }

        boolean isUsedUp() {
            return records <= 0 || bytes <= 0;
        }

        boolean fits(AdmittedSegment segment, long from, long until) {
            return until - from <= records && bytesOf(segment, from, until) <= bytes;
        }

        void take(AdmittedSegment segment, long from, long until) {
            records -= until - from;
            bytes -= bytesOf(segment, from, until);
        }

        private long bytesOf(AdmittedSegment segment, long from, long until) {
            long offsets = segment.segment().nextOffset() - segment.segment().baseOffset();
            long size = segment.ref().segment().size();
            return offsets <= 0 ? size : (long) (size * ((double) (until - from) / offsets));
        }
    }
}
