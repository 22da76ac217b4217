package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.discovery.ListedSegment;
import io.kafscale.discovery.LogRange;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the segments of a partition, from where its checkpoint left off: decides when its log is looked at, and by which
 * request. What these show is gathered in the {@link #tail}.
 */
final class SegmentFinder {

    private final Environment env;
    private final Wakeup wakeup;
    private final LogRequest request;
    private final RangeGuard range;
    private final TopicPolls polls;
    private final Prefetch prefetch;
    private final Ownership ownership;
    private final Checkpoint start;
    private final PollPace pace;
    private final EndHint hint;
    private @Nullable PartitionTail tail;

    SegmentFinder(
            Environment env,
            Wakeup wakeup,
            LogRequest request,
            RangeGuard range,
            TopicPolls polls,
            Prefetch prefetch,
            Ownership ownership,
            Checkpoint start) {
        this.env = env;
        this.wakeup = wakeup;
        this.request = request;
        this.range = range;
        this.polls = polls;
        this.prefetch = prefetch;
        this.ownership = ownership;
        this.start = start;
        this.pace = env.newPace();
        this.hint = new EndHint(env.newBackoff());
    }

    // ---- where to begin

    /** Finds out where to list from, unless that is known already. */
    void begin() {
        if (tail != null) {
            return;
        }
        if (start.listFrom() != Checkpoint.UNKNOWN || start.nextOffset() == 0) {
            beginAt(start.listFrom());
        } else if (request.mayBegin()) {
            request.begin(new Command.FindSegment(ownership, start.nextOffset()));
        }
    }

    void segmentFound(long baseOffset) {
        request.succeeded();
        beginAt(baseOffset);
    }

    private void beginAt(long listFrom) {
        TopicPartition partition = ownership.partition();
        tail = new PartitionTail(
                partition,
                Math.max(0, listFrom),
                start.nextOffset(),
                env.settings().grace(),
                half -> env.tell(new ProcessorEvent.Orphan(partition, half.key())));
        pace.hint(env.now());
    }

    /** Whether it is known where to list from. */
    boolean hasBegun() {
        return tail != null;
    }

    /** What is known of the log, from the first offset on that is still to be delivered. Only once it {@link #hasBegun}. */
    PartitionTail tail() {
        return Objects.requireNonNull(tail);
    }

    // ---- what is new

    /** Looks for new segments, by whatever is the cheapest that tells, when it is time to. */
    void find() {
        PartitionTail current = tail();
        Long heldUntil = current.heldUntilNanos();
        if (heldUntil != null && wakeup.isDue(heldUntil)) {
            current.graceEnded();
        }
        if (current.hasEnough() || !request.mayBegin()) {
            return;
        }
        boolean hinted = isHinted();
        if (hinted && lookFor()) {
            return;
        }
        if (current.wantsListing() || hinted) {
            env.issue(beginListing());
        } else if (!isBusy() && wakeup.isDue(pace.nextNanos())) {
            if (range.isLogEmpty()) {
                range.look(current);
            } else {
                polls.begin(beginListing());
            }
        }
    }

    /** Whether there is more to be read than is fetched ahead; more to read would be of no use. */
    private boolean isBusy() {
        return prefetch.isMoreReady(tail());
    }

    /** Whether it may be listed now, since others of its topic are, though its turn has not quite come. */
    boolean joinsPoll() {
        return request.mayBeginAtOnce()
                && !tail().wantsListing()
                && !isBusy()
                && !range.isLogEmpty()
                && pace.isNearlyDue(env.now());
    }

    /** The listing that is to be asked for; {@link #listed}, {@link #leftOut} or {@link #failed} ends it. */
    Command.ListSegments beginListing() {
        request.begun();
        hint.listing();
        return new Command.ListSegments(ownership, tail().beginListing());
    }

    /**
     * The listing that was begun is here.
     *
     * @param atSink whose records are at the sink, whatever has become of them in the log
     */
    void listed(SegmentListing listing, List<SegmentRef> atSink) {
        request.succeeded();
        PartitionTail current = tail();
        current.listed(listing, env.now());
        looked(!current.isIdle());
        prefetch.dropReplaced(current, atSink);
        long knownEnd = prefetch.knownEnd(current);
        hint.listed(knownEnd < 0, knownEnd, env.now());
    }

    /** The listing that was begun together with others did not come to this partition, which is then to be listed alone. */
    void leftOut() {
        request.ended();
        tail().listingFailed();
    }

    private void looked(boolean found) {
        pace.looked(env.now(), found, env.shortestPoll(), env.longestPoll());
    }

    /** A broker seems to have written up to here. */
    void hinted(long nextOffset) {
        hint.moved(nextOffset);
    }

    /** Nobody tells of new segments any more. */
    void pollSoon() {
        pace.noLaterThan(env.anyTimeWithin(env.shortestPoll()));
    }

    /** Whether a broker speaks of more than is here or on its way. */
    private boolean isHinted() {
        long knownEnd = prefetch.knownEnd(tail());
        return knownEnd >= 0 && hint.isAheadOf(knownEnd) && wakeup.isReady(hint.looking());
    }

    private boolean lookFor() {
        Command.LookFor look =
                hint.mayGuess() && tail().mayBeNamed() ? prefetch.lookFor(prefetch.knownEnd(tail())) : null;
        if (look == null) {
            return false;
        }
        hint.guessing();
        request.begin(look);
        return true;
    }

    /** When in any doubt nothing is done: the hint is still ahead then, and a listing follows. */
    void lookedFor(@Nullable ListedSegment listed, @Nullable SegmentReader segment) {
        request.ended();
        SegmentRef ref = listed == null ? null : listed.completed(ownership.partition());
        // One that reaches further than its broker says is not the one that was spoken of.
        boolean isExpected = segment == null || segment.nextOffset() <= hint.end();
        if (listed == null || ref == null || !isExpected || !tail().named(listed, env.now())) {
            return;
        }
        request.succeeded();
        if (segment != null) {
            prefetch.found(ref, segment);
            hint.guessed(segment.nextOffset());
        }
    }

    /** The range that was asked for is here. Whether the position lies outside of it. */
    boolean isOutside(LogRange seen) {
        boolean wasEmpty = range.isLogEmpty();
        RangeGuard.Verdict verdict = range.seen(seen, tail().expected(), !tail().isIdle());
        if (verdict == RangeGuard.Verdict.EMPTY) {
            looked(false);
        } else if (wasEmpty) {
            pace.hint(env.now());
        }
        return verdict == RangeGuard.Verdict.BELOW || verdict == RangeGuard.Verdict.ABOVE;
    }

    /** What was asked for could not be had. */
    void failed(Command.OfPartition command, Throwable cause) {
        if (command instanceof Command.ListSegments) {
            tail().listingFailed();
        }
        request.failed(cause);
    }

    /** The offset after the last one that is known of. */
    long knownEnd() {
        return Math.max(tail == null ? start.nextOffset() : tail.knownEnd(), prefetch.end());
    }
}
