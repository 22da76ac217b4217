package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.LossLedger;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.segment.SegmentReader;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment that is delivered now or next, what of it is, and what is passed over with it.
 *
 * @param ref as it was listed
 * @param segment its content
 * @param admission what of it is to be delivered, from the partition's start on
 */
record AdmittedSegment(SegmentRef ref, SegmentReader segment, PartitionTail.Admission admission) {

    long until() {
        return admission.until();
    }

    /** The offsets that are not delivered from here, since they stand in another segment too. */
    List<ProcessorEvent.Overlap> overlaps() {
        List<ProcessorEvent.Overlap> overlaps = new ArrayList<>();
        String object = ref.segment().key();
        if (admission.droppedBelow() > 0) {
            long until = Math.min(admission.from(), segment.nextOffset());
            overlaps.add(new ProcessorEvent.Overlap(ref.partition(), object, until - admission.droppedBelow(), until));
        }
        if (admission.droppedAbove() > 0) {
            long from = admission.until();
            overlaps.add(new ProcessorEvent.Overlap(ref.partition(), object, from, from + admission.droppedAbove()));
        }
        return overlaps;
    }

    /** Tells of everything that is passed over with it. */
    void tellLosses(Environment env) {
        String object = ref.segment().key();
        if (ref.isBeingRewritten()) {
            env.tell(new ProcessorEvent.UnfinishedRewrite(ref.partition(), object));
        }
        if (hasGap()) {
            env.tell(new ProcessorEvent.Gap(ref.partition(), admission.gapFrom(), admission.from()));
        }
        overlaps().forEach(env::tell);
        if (hasStrays()) {
            env.tell(
                    new ProcessorEvent.Strays(ref.partition(), object, segment.strayBatches(), segment.strayRecords()));
        }
    }

    /** The ledger once its first offsets are confirmed: with what lies before them. */
    LossLedger begun(LossLedger before) {
        LossLedger losses = hasGap() ? before.plusGap(admission.from() - admission.gapFrom()) : before;
        return admission.droppedBelow() > 0 ? losses.plusOverlap(admission.droppedBelow()) : losses;
    }

    /** The ledger once its last offsets are confirmed: with what lies behind or among them. */
    LossLedger completed(LossLedger before) {
        LossLedger losses = admission.droppedAbove() > 0 ? before.plusOverlap(admission.droppedAbove()) : before;
        return hasStrays() ? losses.plusStrays(segment.strayRecords()) : losses;
    }

    private boolean hasGap() {
        return admission.gapFrom() < admission.from();
    }

    private boolean hasStrays() {
        return segment.strayBatches() > 0 && admission.from() < admission.until();
    }
}
