package io.kafscale.discovery;

import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges the listings of one partition: which segments are ready to be read, in order, and what of each is to be
 * delivered. It does no I/O and reads no clock; its owner lists, fetches, and tells it what came of that.
 *
 * <ul>
 *   <li><b>Complete</b> is a segment both of whose halves are listed. A lone half, or a {@code .kfs} older than its
 *       {@code .index} by more than {@link ListedSegment#REWRITE_TOLERANCE} (a rewrite under way), holds up everything after it for the
 *       grace period. After that a lone half is an orphan, and passed over.
 *   <li><b>A hole</b> in the offsets is believed only when a second listing, begun after the hole was seen, shows it
 *       still: the pages of a listing are not a snapshot.
 *   <li><b>Overlaps</b> are cut so that each offset is delivered once: a segment gives way to the next one from that one's
 *       base offset on, and to what was delivered before it.
 *   <li><b>By name.</b> Where all that was listed is ready, the segment that comes next may be looked for by its keys instead
 *       ({@link #named}). That stands for a listing which shows this one pair and nothing else: enough to deliver it, as it
 *       leaves no hole; not enough to believe in a hole, or to spare later listings anything.
 * </ul>
 *
 * <p>A half's age is how long it has been watched, or how much older it is than the newest object listed, whichever is
 * more: the first is exact where nothing is written any more, the second at a first look into an old log.
 *
 * <p>Not thread safe.
 */
public final class PartitionTail {

    /** How long half a segment is waited for by default. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(60);

    /** With this many segments ready, a long log is not listed further. */
    private static final int ENOUGH_READY = 200;

    /** Ages are not told apart beyond this, which is more than any grace period. */
    private static final Duration LONG_AGO = Duration.ofDays(365);

    private final TopicPartition partition;
    private final long graceNanos;
    private final long start;
    private final Consumer<ObjectEntry> orphans;
    private final NavigableMap<Long, Candidate> known = new TreeMap<>();
    private final Deque<SegmentRef> ready = new ArrayDeque<>();
    private final Unlisted unlisted = new Unlisted();

    private long listFrom;
    private long expected;
    private long frontier;
    private boolean truncated = true;
    private boolean relist;
    private boolean anchored;
    private @Nullable Hole suspected;
    private Instant newest = Instant.MIN;
    private @Nullable Long heldUntilNanos;

    private record Candidate(ListedSegment listed, long firstSeenNanos, boolean reported) {}

    /**
     * Offsets that are missing so far. Listings begun since it was seen have covered the base offsets up to {@code covered};
     * none was begun while that is {@link #NOTHING}.
     */
    private record Hole(long from, long until, long covered) {
        static final long NOTHING = -1;

        boolean isProven() {
            return covered >= until;
        }

        Hole withCovered(long until) {
            return new Hole(from, this.until, until);
        }
    }

    /**
     * What of a segment is to be delivered: the offsets from {@code from} up to, not including, {@code until}; none when
     * they are equal.
     *
     * @param from the first offset to deliver
     * @param until the offset after the last one to deliver
     * @param gapFrom where a believed hole before this segment begins; {@code from} when there is none
     * @param droppedBelow how many offsets of the segment were delivered before, from another one
     * @param droppedAbove how many offsets of the segment are left to the next one
     */
    public record Admission(long from, long until, long gapFrom, long droppedBelow, long droppedAbove) {

        /** The gap and the overlaps that come with this segment, in the order of offsets. */
        public List<Finding> findings(TopicPartition partition, SegmentReader segment) {
            List<Finding> findings = new ArrayList<>();
            if (gapFrom < from) {
                findings.add(new Finding.Gap(partition, gapFrom, from));
            }
            if (droppedBelow > 0) {
                long end = Math.min(from, segment.nextOffset());
                findings.add(new Finding.Overlap(partition, segment.name(), end - droppedBelow, end));
            }
            if (droppedAbove > 0) {
                findings.add(new Finding.Overlap(partition, segment.name(), until, until + droppedAbove));
            }
            return findings;
        }
    }

    /**
     * Begins before {@code expected}.
     *
     * @param partition whose listings these will be
     * @param listFrom the base offset from which to list
     * @param expected the first offset that is still to be delivered
     * @param grace how long half a segment is waited for
     * @param orphans told once of each half that is passed over
     */
    public PartitionTail(
            TopicPartition partition, long listFrom, long expected, Duration grace, Consumer<ObjectEntry> orphans) {
        this.partition = partition;
        this.listFrom = listFrom;
        this.expected = expected;
        this.start = expected;
        this.graceNanos = grace.toNanos();
        this.orphans = orphans;
    }

    /** The offset that comes next, if the log has no hole. */
    public long expected() {
        return expected;
    }

    /** From which base offset on everything that is not yet delivered can be listed. */
    public long listFrom() {
        return listFrom;
    }

    /** An offset that is known to be in the log, or past its end by one. */
    public long knownEnd() {
        return known.isEmpty() ? expected : Math.max(expected, known.lastKey());
    }

    /** Whether a listing is wanted at once, rather than at the next poll. */
    public boolean wantsListing() {
        return relist || (suspected != null && !suspected.isProven()) || (truncated && ready.size() < ENOUGH_READY);
    }

    /** Whether more than this many segments wait to be read. */
    public boolean isMoreReadyThan(int segments) {
        return ready.size() > segments;
    }

    /** Whether more would be of no use now: enough segments wait to be read. */
    public boolean hasEnough() {
        return ready.size() >= ENOUGH_READY && !wantsListing();
    }

    /**
     * Whether what was dealt with last is still in the log, as far as the last listing from there on has shown. If not, what
     * is missing may have been deleted rather than lost. Nothing was dealt with, as far as is known, when all is still to be
     * listed; then this is false.
     */
    public boolean isAnchored() {
        return anchored;
    }

    /** Whether nothing is known that is still to be dealt with, and the last listing went to the end of the log. */
    public boolean isIdle() {
        return ready.isEmpty() && heldUntilNanos == null && !truncated && !wantsListing();
    }

    /**
     * Begins a listing; {@link #listed} or {@link #listingFailed} ends it, before the next begins. One that begins anew
     * shows the segment that was dealt with last along with what follows: that it is still there costs nothing to see.
     *
     * @return the base offset from which to list
     */
    public long beginListing() {
        long cursor = Math.max(0, unlisted.listFrom(listFrom) - 1);
        long from = relist || !truncated ? cursor : Math.max(frontier, cursor);
        if (suspected != null && !suspected.isProven()) {
            from = relist || suspected.covered == Hole.NOTHING ? cursor : suspected.covered;
            suspected = suspected.withCovered(from);
        }
        relist = false;
        return from;
    }

    /** The listing that was begun came to nothing; it proves nothing. */
    public void listingFailed() {
        relist = true;
        if (suspected != null && !suspected.isProven()) {
            suspected = suspected.withCovered(Hole.NOTHING);
        }
    }

    /** Takes in what the listing that was begun last has shown. */
    public void listed(SegmentListing listing, long nowNanos) {
        long end = listing.truncated() ? listing.nextFrom() : Long.MAX_VALUE;
        NavigableMap<Long, Candidate> before = new TreeMap<>(known);
        if (listing.fromBaseOffset() < listFrom) {
            anchored = listing.segments().stream()
                    .anyMatch(segment -> segment.baseOffset() < listFrom && segment.segment() != null);
        }
        known.subMap(listing.fromBaseOffset(), true, end, false).clear();
        for (ListedSegment segment : listing.segments()) {
            newest = later(newest, segment.segment());
            newest = later(newest, segment.index());
            if (segment.baseOffset() >= listFrom || unlisted.isLate(segment.baseOffset())) {
                Candidate same = before.get(segment.baseOffset());
                known.put(
                        segment.baseOffset(),
                        same != null && same.listed.equals(segment) ? same : new Candidate(segment, nowNanos, false));
            }
        }
        if (!listing.truncated()) {
            truncated = false;
        } else if (known.isEmpty() || known.lastKey() < end) {
            truncated = true;
            frontier = end;
        }
        if (suspected != null && suspected.covered != Hole.NOTHING && listing.fromBaseOffset() <= suspected.covered) {
            suspected = suspected.withCovered(Math.max(suspected.covered, end));
        }
        if (known.isEmpty() || known.firstKey() >= listFrom) {
            unlisted.listed(listing.fromBaseOffset(), end);
        }
        judge(nowNanos);
    }

    /**
     * Whether the segment that comes next may be looked for by name ({@link SegmentLister#find}): the last listing went to
     * the end of the log, and all it showed is ready.
     */
    public boolean mayBeNamed() {
        return !relist && !truncated && suspected == null && known.size() == ready.size() && !unlisted.isFull();
    }

    /**
     * Takes in a segment that was looked for by name, as if a listing had shown it. It never closes a hole, and it takes
     * nothing from the listings: the next one begins where it would have begun without this segment, so that whatever lies
     * before this one is still found.
     *
     * @param segment begins where the last one that is ready ends, or at {@link #expected}
     * @return false when there is any doubt about it, and only a listing can tell; nothing has changed then
     */
    public boolean named(ListedSegment segment, long nowNanos) {
        long base = segment.baseOffset();
        boolean comesNext = base >= expected && (known.isEmpty() || base > known.lastKey());
        if (!mayBeNamed() || !comesNext || !Unlisted.isUploadedTogether(segment)) {
            return false;
        }
        unlisted.named(base, listFrom);
        known.put(base, new Candidate(segment, nowNanos, false));
        judge(nowNanos);
        return true;
    }

    /** The segments that can be read now, in offset order. A view, valid until the next call that changes this. */
    public Iterable<SegmentRef> ready() {
        return ready;
    }

    /** The first of {@link #ready}, or null. */
    public @Nullable SegmentRef head() {
        return ready.peek();
    }

    /** The second of {@link #ready}, or null. */
    public @Nullable SegmentRef second() {
        int i = 0;
        for (SegmentRef ref : ready) {
            if (i++ == 1) {
                return ref;
            }
        }
        return null;
    }

    /** When to call {@link #graceEnded}, in the owner's nanoseconds, or null when no half is waited for. */
    public @Nullable Long heldUntilNanos() {
        return heldUntilNanos;
    }

    /** A half was waited for long enough. It may have become whole since it was seen: only a new listing condemns it. */
    public void graceEnded() {
        heldUntilNanos = null;
        relist = true;
    }

    /**
     * Decides about the first ready segment, once its footer is known.
     *
     * @param head the first of {@link #ready}
     * @param lastOffset its footer's last offset
     * @return what to deliver, or null when a hole before it must first be seen by another listing
     */
    public @Nullable Admission admit(SegmentRef head, long lastOffset) {
        long base = head.baseOffset();
        long from = Math.max(expected, base);
        long end = lastOffset + 1;
        if (base > expected) {
            Hole hole = suspected;
            if (hole == null || hole.from != expected || hole.until != base) {
                suspected = new Hole(expected, base, Hole.NOTHING);
                return null;
            }
            if (!hole.isProven()) {
                return null;
            }
        }
        long until = Math.max(from, Math.min(end, nextBase(end)));
        // The log begins somewhere, and a checkpoint may lie inside a segment: neither is a hole or an overlap.
        long gapFrom = base > expected && expected > 0 ? expected : from;
        long droppedBelow = Math.max(0, Math.min(expected, end) - Math.max(base, start));
        return new Admission(from, until, gapFrom, droppedBelow, Math.max(0, end - until));
    }

    /** The first ready segment has been dealt with, up to {@code nextOffset}. */
    public void completed(SegmentRef head, long nextOffset) {
        expected = Math.max(expected, nextOffset);
        // A late one, which a listing found behind others that were found by name, does not take the cursor back.
        listFrom = Math.max(listFrom, head.baseOffset() + 1);
        unlisted.completed(head.baseOffset());
        anchored = true;
        suspected = null;
        known.headMap(head.baseOffset(), true).clear();
        // By now a listing may have shown others before it, or that it is gone.
        ready.removeIf(ref -> ref.baseOffset() <= head.baseOffset());
    }

    /** The store no longer has this segment as it was listed; what has become of it only a new listing tells. */
    public void changed(SegmentRef segment) {
        known.remove(segment.baseOffset());
        ready.removeIf(ref -> ref.baseOffset() >= segment.baseOffset());
        relist = true;
    }

    private long nextBase(long orElse) {
        SegmentRef second = second();
        return second == null ? orElse : second.baseOffset();
    }

    private void judge(long nowNanos) {
        ready.clear();
        heldUntilNanos = null;
        for (Map.Entry<Long, Candidate> at : known.entrySet()) {
            Candidate candidate = at.getValue();
            ListedSegment listed = candidate.listed;
            SegmentRef complete = listed.completed(partition);
            if (complete == null) {
                long remaining = graceNanos - ageNanos(candidate, nowNanos);
                if (remaining > 0) {
                    heldUntilNanos = nowNanos + remaining;
                    return;
                }
            }
            if (listed.segment() != null && listed.index() != null) {
                ready.add(new SegmentRef(partition, listed.baseOffset(), listed.segment(), listed.index()));
            } else if (!candidate.reported) {
                at.setValue(new Candidate(listed, candidate.firstSeenNanos, true));
                orphans.accept(Objects.requireNonNull(listed.segment() == null ? listed.index() : listed.segment()));
            }
        }
    }

    private long ageNanos(Candidate candidate, long nowNanos) {
        long watched = nowNanos - candidate.firstSeenNanos;
        Instant written = later(later(Instant.MIN, candidate.listed.segment()), candidate.listed.index());
        Duration behind = Duration.between(written, newest);
        return Math.max(watched, behind.compareTo(LONG_AGO) > 0 ? LONG_AGO.toNanos() : behind.toNanos());
    }

    private static Instant later(Instant instant, @Nullable ObjectEntry object) {
        return object == null || object.lastModified().isBefore(instant) ? instant : object.lastModified();
    }
}
