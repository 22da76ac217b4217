package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.discovery.LogRange;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.OutOfRangePolicy;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a partition, from its checkpoint on: {@link SegmentFinder} looks for segments, {@link RangeGuard} notices when the
 * log no longer holds the position, {@link Prefetch} fetches ahead, {@link Delivery} hands one segment after another to the
 * sink. Here events find their way to them, and here is what comes after what.
 */
final class PartitionPipeline {

    private final Environment env;
    private final Blockage blockage;
    private final CheckpointProgress progress;
    private final Ownership ownership;
    private final TopicPlan plan;
    private final LogRequest request;
    private final RangeGuard range;
    private final Prefetch prefetch;
    private final SegmentFinder finder;
    private final Delivery delivery;
    private boolean ending;
    private @Nullable Checkpoint elsewhere;

    PartitionPipeline(
            Environment env,
            SegmentBuffers buffers,
            WriteSlots slots,
            TopicPolls polls,
            Wakeup wakeup,
            Blockage blockage,
            CheckpointProgress progress,
            Ownership ownership,
            TopicPlan plan) {
        this.env = env;
        this.blockage = blockage;
        this.progress = progress;
        this.ownership = ownership;
        this.plan = plan;
        this.request = new LogRequest(env, wakeup, blockage);
        this.range = new RangeGuard(env, wakeup, request, ownership);
        this.prefetch = new Prefetch(env, buffers, wakeup, blockage, ownership, this::isWriting);
        this.finder = new SegmentFinder(env, wakeup, request, range, polls, prefetch, ownership, progress.confirmed());
        this.delivery = new Delivery(env, wakeup, blockage, slots, finder, range, prefetch, progress, ownership, plan);
    }

    /** Finds out where to begin. Whether that is known. */
    boolean begin() {
        finder.begin();
        return finder.hasBegun();
    }

    /** Does whatever can be done now. */
    void read() {
        if (!isReading()) {
            return;
        }
        PartitionTail tail = finder.tail();
        finder.find();
        prefetch.fetch(tail, progress.confirmed().plannedEnd());
        delivery.deliver();
        if (!isReading()) {
            return; // it has just been stopped, and keeps nothing
        }
        if (!delivery.isWriting()) {
            range.guard(tail);
            prefetch.sinkIsIdle(tail);
            if (tail.isIdle()) {
                progress.idle();
            }
        }
        // What was delivered may have shown a hole that another listing has to confirm.
        finder.find();
        prefetch.fetch(tail, progress.confirmed().plannedEnd());
    }

    private boolean isReading() {
        return elsewhere == null && !blockage.isStopped() && !ownership.isRevoked();
    }

    /** Begins nothing new. What the sink has not answered yet is still taken in, as long as it counts. */
    void end() {
        ending = true;
        prefetch.dropAllBut(delivery.atSink());
    }

    /** Lets go of everything. */
    void close() {
        delivery.close();
        prefetch.dropAllBut(List.of());
    }

    /** Whether the sink has a batch that it has not answered yet. */
    boolean isWriting() {
        return delivery.isWriting();
    }

    /** Where the partition is to begin anew, since the log no longer holds its position; null while it does. */
    @Nullable
    Checkpoint elsewhere() {
        return elsewhere;
    }

    /** The partition is to begin anew here, after what is at the sink now. */
    void goTo(Checkpoint position) {
        elsewhere = position;
        prefetch.dropAllBut(delivery.atSink());
    }

    /** Whether a batch waits until it is committed where it ends. */
    boolean waitsForPlan() {
        return delivery.waitsForPlan();
    }

    /** Whether nothing is known that is still to be delivered. */
    boolean isIdle() {
        return finder.hasBegun() && finder.tail().isIdle();
    }

    /** The offset after the last one that is here. */
    long fetchedEnd() {
        return Math.max(progress.confirmed().nextOffset(), prefetch.end());
    }

    /** The offset after the last one that is known of. */
    long knownEnd() {
        return finder.knownEnd();
    }

    // ---- what it hears

    /** Takes in what has happened. False when that was no longer of interest. */
    boolean handle(Event.OfPartition event) {
        if (event instanceof Event.Confirmed confirmed) {
            delivery.confirmed(confirmed.batch());
        } else if (event instanceof Event.ConfirmedPartly part) {
            delivery.confirmedPartly(part.batch(), part.until());
        } else if (event instanceof Event.Buried buried) {
            delivery.buried(buried);
        } else if (event instanceof Event.NotConfirmed failed) {
            delivery.notConfirmed(failed.batch(), failed.stage(), failed.cause());
        } else if (event instanceof Event.NotWritten unwritten) {
            delivery.notWritten(unwritten.batch());
        } else if (event instanceof Event.Fetched fetched) {
            delivery.arrived(fetched.command().segment());
            return prefetch.arrived(fetched.command(), fetched.segment(), fetched.buffer());
        } else if (event instanceof Event.Listed listed) {
            listed(listed.listing());
        } else if (event instanceof Event.LookedFor found) {
            finder.lookedFor(found.listed(), found.segment());
        } else if (event instanceof Event.SegmentFound found) {
            finder.segmentFound(found.baseOffset());
        } else if (event instanceof Event.RangeSeen seen) {
            rangeSeen(seen.range());
        }
        return true;
    }

    /** Takes in that something could not be done. */
    void failed(Command.OfPartition command, Throwable cause) {
        if (command instanceof Command.Write write) {
            delivery.notConfirmed(write.batch(), Stage.SINK, cause);
        } else if (command instanceof Command.Fetch fetch) {
            ErrorPolicy decoding = plan.policy(Stage.DECODE);
            if (prefetch.failed(finder.tail(), fetch, cause, decoding) && decoding.isolatesRecords()) {
                delivery.unreadable(fetch.segment(), cause);
            }
        } else if (command instanceof Command.Bury) {
            delivery.buryFailed(cause);
        } else {
            finder.failed(command, cause);
        }
    }

    private void listed(SegmentListing listing) {
        finder.listed(listing, delivery.atSink());
    }

    /** The listing that was begun is here; null when it left this partition out, which is then to be listed alone. */
    void listedTogether(@Nullable SegmentListing listing) {
        if (listing == null) {
            finder.leftOut();
        } else {
            listed(listing);
        }
    }

    /** Whether it may be listed now, since others of its topic are, though its turn has not quite come. */
    boolean joinsPoll() {
        return isReading() && finder.joinsPoll();
    }

    Command.ListSegments beginListing() {
        return finder.beginListing();
    }

    void hinted(long nextOffset) {
        finder.hinted(nextOffset);
    }

    void pollSoon() {
        finder.pollSoon();
    }

    private void rangeSeen(LogRange seen) {
        request.succeeded();
        if (!ending && finder.isOutside(seen)) {
            outOfRange(seen);
        }
    }

    private void outOfRange(LogRange log) {
        OutOfRangePolicy policy = plan.onOutOfRange();
        Checkpoint before = progress.confirmed();
        ProcessorEvent event = new ProcessorEvent.OutOfRange(
                ownership.partition(), before.nextOffset(), log.first(), log.end(), policy);
        if (policy == OutOfRangePolicy.STOP) {
            blockage.stop(event);
        } else {
            env.tell(event);
            elsewhere = RangeGuard.elsewhere(log, before, policy);
        }
        prefetch.dropAllBut(List.of());
    }

    @Override
    public String toString() {
        return (request.isUnderWay() ? " listing" : "") + (blockage.isStopped() ? " stopped" : "") + delivery;
    }
}
