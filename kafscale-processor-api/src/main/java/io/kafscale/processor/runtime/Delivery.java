package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.LossLedger;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.OverlapPolicy;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.SegmentReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands one segment of a partition after another to the sink, again until it is confirmed, and says how far that got. */
final class Delivery {

    private final Environment env;
    private final Wakeup wakeup;
    private final Blockage blockage;
    private final SegmentFinder finder;
    private final RangeGuard range;
    private final Prefetch prefetch;
    private final CheckpointProgress progress;
    private final Ownership ownership;
    private final TopicPlan plan;
    private final Backoff writing;
    private @Nullable AtSink atSink;
    private @Nullable SegmentBatch batch;

    /** The segment whose records are at the sink, or were and will be again, and what its confirmation will mean. */
    private record AtSink(
            SegmentRef ref, SegmentReader segment, PartitionTail.Admission admission, LossLedger losses) {}

    Delivery(
            Environment env,
            Wakeup wakeup,
            Blockage blockage,
            SegmentFinder finder,
            RangeGuard range,
            Prefetch prefetch,
            CheckpointProgress progress,
            Ownership ownership,
            TopicPlan plan) {
        this.env = env;
        this.wakeup = wakeup;
        this.blockage = blockage;
        this.finder = finder;
        this.range = range;
        this.prefetch = prefetch;
        this.progress = progress;
        this.ownership = ownership;
        this.plan = plan;
        this.writing = env.newBackoff();
    }

    /** Hands over what comes next, if it is here and the sink is idle. */
    void deliver() {
        while (batch == null) {
            AtSink next = atSink == null ? next() : atSink;
            atSink = next;
            if (next == null) {
                return;
            }
            PartitionTail.Admission admitted = next.admission;
            if (admitted.from() == admitted.until()) {
                completed(next);
            } else if (wakeup.isReady(writing)) {
                int attempt = writing.failures() + 1;
                batch = new SegmentBatch(plan, ownership, next.segment, admitted.from(), admitted.until(), attempt);
                env.issue(new Command.Write(batch));
            } else {
                return;
            }
        }
    }

    private @Nullable AtSink next() {
        SegmentRef head = finder.tail().head();
        SegmentReader segment = head == null ? null : prefetch.segment(head);
        if (head == null || segment == null) {
            return null;
        }
        PartitionTail.Admission admission = finder.tail().admit(head, segment.lastOffset());
        if (admission == null
                || range.isPerhapsBelow(finder.tail(), admission)
                || isStoppedAt(head, segment, admission)) {
            return null;
        }
        LossLedger losses = LossReport.tell(env, progress.confirmed().losses(), head, segment, admission);
        return new AtSink(head, segment, admission, losses);
    }

    private boolean isStoppedAt(SegmentRef head, SegmentReader segment, PartitionTail.Admission admission) {
        List<ProcessorEvent.Overlap> overlaps = LossReport.overlaps(head, segment, admission);
        if (overlaps.isEmpty() || plan.onOverlap() == OverlapPolicy.REPORT) {
            return false;
        }
        ProcessorEvent.Overlap first = overlaps.get(0);
        blockage.stop(
                new ProcessorEvent.StoppedAtOverlap(head.partition(), first.object(), first.from(), first.until()));
        prefetch.dropAllBut(null);
        return true;
    }

    void confirmed(SegmentBatch written) {
        AtSink done = atSink;
        if (written != batch || done == null) {
            return;
        }
        batch = null;
        // Too late a confirmation moves nothing: another owner may have begun where the last commit left off.
        if (!ownership.isRevoked()) {
            writing.succeeded();
            blockage.resolved();
            completed(done);
        }
    }

    private void completed(AtSink done) {
        atSink = null;
        PartitionTail tail = finder.tail();
        tail.completed(done.ref, done.admission.until());
        range.completed(done.segment.nextOffset(), tail.expected());
        prefetch.completed(done.ref);
        progress.confirm(tail.expected(), tail.listFrom(), done.segment.maxTimestamp(), done.losses);
    }

    /** The records of this batch will be handed over again. */
    void notConfirmed(SegmentBatch failed, Stage stage, Throwable cause) {
        if (failed == batch) {
            batch = null;
            blockage.failed(stage, writing, cause);
        }
    }

    /** The bytes are bad: they will come anew. What was accounted for with them is accounted for again then. */
    void damaged(SegmentBatch failed) {
        AtSink bad = atSink;
        if (failed == batch && bad != null) {
            atSink = null;
            prefetch.damaged(finder.tail(), bad.ref);
        }
    }

    /** The sink was not called, since the lease has ended. */
    void notWritten(SegmentBatch unwritten) {
        batch = unwritten == batch ? null : batch;
    }

    /** Whether the sink has a batch that it has not answered yet. */
    boolean isWriting() {
        return batch != null;
    }

    @Nullable
    SegmentRef atSink() {
        return atSink == null ? null : atSink.ref;
    }

    /** Nothing is handed over again. */
    void close() {
        atSink = null;
    }

    @Override
    public String toString() {
        return batch == null ? "" : " writing " + batch;
    }
}
