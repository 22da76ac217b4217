package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.LossLedger;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.List;

/** Tells of everything that is passed over with a segment, and counts it. */
final class LossReport {

    private LossReport() {}

    /** The offsets of a segment that are not delivered from it, since they stand in another one too. */
    static List<ProcessorEvent.Overlap> overlaps(
            SegmentRef ref, SegmentReader segment, PartitionTail.Admission admitted) {
        List<ProcessorEvent.Overlap> overlaps = new ArrayList<>();
        String object = ref.segment().key();
        if (admitted.droppedBelow() > 0) {
            long until = Math.min(admitted.from(), segment.nextOffset());
            overlaps.add(new ProcessorEvent.Overlap(ref.partition(), object, until - admitted.droppedBelow(), until));
        }
        if (admitted.droppedAbove() > 0) {
            long from = admitted.until();
            overlaps.add(new ProcessorEvent.Overlap(ref.partition(), object, from, from + admitted.droppedAbove()));
        }
        return overlaps;
    }

    /** The ledger as it will be once this segment is confirmed. */
    static LossLedger tell(
            Environment env,
            LossLedger before,
            SegmentRef ref,
            SegmentReader segment,
            PartitionTail.Admission admitted) {
        TopicPartition partition = ref.partition();
        String object = ref.segment().key();
        LossLedger losses = before;
        if (ref.isBeingRewritten()) {
            env.tell(new ProcessorEvent.UnfinishedRewrite(partition, object));
        }
        if (admitted.gapFrom() < admitted.from()) {
            env.tell(new ProcessorEvent.Gap(partition, admitted.gapFrom(), admitted.from()));
            losses = losses.plusGap(admitted.from() - admitted.gapFrom());
        }
        for (ProcessorEvent.Overlap overlap : overlaps(ref, segment, admitted)) {
            env.tell(overlap);
            losses = losses.plusOverlap(overlap.until() - overlap.from());
        }
        if (segment.strayBatches() > 0 && admitted.from() < admitted.until()) {
            env.tell(new ProcessorEvent.Strays(partition, object, segment.strayBatches(), segment.strayRecords()));
            losses = losses.plusStrays(segment.strayRecords());
        }
        return losses;
    }
}
