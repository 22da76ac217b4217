package io.kafscale.discovery;

import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.RecordCursor;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import io.kafscale.segment.UnsupportedSegmentException;
import java.io.IOException;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A partition's segments, one after another as a {@link PartitionTail} admits them, up to the last that is there now. It
 * does the listing and reading that the tail asks for. Not thread safe.
 */
final class SegmentSequence {

    /** So often in a row an object may turn out to be another one than was listed; after that something is wrong. */
    private static final int MOST_CHANGES = 10;

    private final ObjectStore store;
    private final SegmentLister lister;
    private final TopicPartition partition;
    private final long from;
    private final long until;
    private final SegmentFetch fetch;
    private final Consumer<? super Finding> findings;
    private final PartitionReader reader;

    private final NavigableMap<Long, ObjectEntry> orphans = new TreeMap<>();
    private @Nullable PartitionTail tail;
    private @Nullable SegmentRef current;
    private long currentUntil;
    private int changes;
    private @Nullable String suspect;
    private long accountedBase = -1;
    private boolean ended;

    SegmentSequence(PartitionReader reader) {
        this.reader = reader;
        this.store = reader.store();
        this.lister = SegmentLister.create(store, reader.namespace());
        this.partition = reader.partition();
        this.from = reader.from();
        this.until = reader.until();
        this.fetch = new SegmentFetch(store, reader.readOptions());
        this.findings = reader.findings();
    }

    /**
     * The records to read next, or null when there are no more. Called again without {@link #completed} it reads the same
     * segment again.
     *
     * @param nextOffset the first offset that was not read yet
     * @throws IOException when the store fails; the next call tries again
     * @throws CorruptSegmentException when a segment was read twice, and is damaged
     */
    @Nullable
    RecordCursor next(long nextOffset) throws IOException {
        if (from >= until) {
            return null;
        }
        PartitionTail judge = tail == null ? start() : tail;
        while (!ended) {
            SegmentRef head = judge.head();
            if (judge.expected() >= until) {
                end();
            } else if (judge.wantsListing()) {
                list(judge);
            } else if (head == null) {
                endOfLog(judge);
            } else if (judge.admit(head, head.baseOffset()) == null) {
                list(judge); // a hole before it is to be proven, for which no footer is needed
            } else if (head.baseOffset() >= until) {
                tellGapUpToEnd(judge.expected());
                end();
            } else {
                RecordCursor records = open(judge, head, nextOffset);
                if (records != null) {
                    return records;
                }
            }
        }
        return null;
    }

    private PartitionTail start() throws IOException {
        long base = from == 0 ? 0 : lister.floor(partition, from);
        SegmentListing listing = lister.list(partition, Math.max(0, base));
        while (base > 0 && beginsWithHalf(listing)) {
            // An orphan holds nothing, so the segment before it may reach as far as here.
            base = lister.floor(partition, base - 1);
            listing = lister.list(partition, Math.max(0, base));
        }
        PartitionTail judge = new PartitionTail(partition, Math.max(0, base), from, reader.grace(), this::passedOver);
        judge.beginListing();
        judge.listed(listing, System.nanoTime());
        tail = judge;
        return judge;
    }

    private static boolean beginsWithHalf(SegmentListing listing) {
        if (listing.segments().isEmpty()) {
            return false;
        }
        ListedSegment first = listing.segments().get(0);
        return first.segment() == null || first.index() == null;
    }

    private void list(PartitionTail judge) throws IOException {
        long fromBase = judge.beginListing();
        SegmentListing listing;
        try {
            listing = lister.list(partition, fromBase);
        } catch (IOException | RuntimeException e) {
            judge.listingFailed();
            throw e;
        }
        judge.listed(listing, System.nanoTime());
    }

    private void endOfLog(PartitionTail judge) {
        Long heldUntil = judge.heldUntilNanos();
        if (heldUntil != null && System.nanoTime() - heldUntil >= 0) {
            judge.graceEnded();
            return;
        }
        end();
        if (heldUntil != null) {
            findings.accept(new Finding.Unfinished(partition, judge.expected()));
        }
    }

    private void end() {
        ended = true;
        tellOrphansBelow(until);
    }

    private @Nullable RecordCursor open(PartitionTail judge, SegmentRef head, long nextOffset) throws IOException {
        current = head;
        SegmentReader segment;
        boolean whole;
        try {
            boolean suspected = head.segment().key().equals(suspect);
            SegmentReader part = suspected ? null : fetch.part(head, Math.max(from, nextOffset), until);
            whole = part == null;
            segment = part == null ? fetch.whole(head) : part;
        } catch (ObjectChangedException e) {
            changed(e);
            return null;
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            damaged(e);
            return null;
        }
        PartitionTail.Admission admission = judge.admit(head, segment.lastOffset());
        if (admission == null) {
            return null;
        }
        changes = 0;
        if (accountedBase != head.baseOffset()) {
            accountedBase = head.baseOffset();
            tellOrphansBelow(head.baseOffset());
            admission.findings(partition, segment).forEach(findings);
            Finding strays = whole ? Finding.Strays.in(partition, segment) : null;
            if (strays != null) {
                findings.accept(strays);
            }
        }
        currentUntil = admission.until();
        return segment.cursor(Math.max(admission.from(), nextOffset), Math.min(admission.until(), until));
    }

    /**
     * The store no longer has the segment returned last as it was listed: it is listed again, unless that happens over and
     * over.
     */
    void changed(ObjectChangedException failure) throws ObjectChangedException {
        if (tail == null || current == null || ++changes > MOST_CHANGES) {
            throw failure;
        }
        tail.changed(current);
    }

    /**
     * The segment returned last is damaged. A broker may have rewritten it while it was read, so the first time it is
     * listed and read once more; the second time the failure is thrown.
     */
    void damaged(RuntimeException failure) {
        SegmentRef damaged = current;
        if (tail == null || damaged == null || damaged.segment().key().equals(suspect)) {
            throw failure;
        }
        suspect = damaged.segment().key();
        tail.changed(damaged);
    }

    /**
     * The records returned last have been read.
     *
     * @return the offset that comes next
     */
    long completed() {
        if (tail == null || current == null) {
            throw new IllegalStateException("no segment is being read");
        }
        orphans.remove(current.baseOffset());
        tail.completed(current, currentUntil);
        return Math.min(tail.expected(), until);
    }

    private void tellGapUpToEnd(long gapFrom) {
        // Offset 0 is the wish for everything: a log that begins later has no gap there.
        if (gapFrom > 0) {
            findings.accept(new Finding.Gap(partition, gapFrom, until));
        }
    }

    /** The tail looks far ahead, and what it passes over is told only when reading gets there. */
    private void passedOver(ObjectEntry half) {
        SegmentKey key = SegmentKey.parse(half.key());
        if (key != null) {
            orphans.put(key.baseOffset(), half);
        }
    }

    private void tellOrphansBelow(long baseOffset) {
        NavigableMap<Long, ObjectEntry> passed = orphans.headMap(baseOffset, false);
        passed.values().forEach(half -> findings.accept(new Finding.Orphan(partition, locate(half))));
        passed.clear();
    }

    private String locate(ObjectEntry object) {
        return store.describe() + "/" + object.key();
    }
}
