package io.kafscale.cli;

import io.kafscale.discovery.Finding;
import io.kafscale.discovery.ListedSegment;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.PartitionTail;
import io.kafscale.discovery.SegmentKey;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.SegmentReader;
import io.kafscale.segment.TopicPartition;
import io.kafscale.segment.UnsupportedSegmentException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything of one partition, judges it as a processor would, and goes on behind whatever is damaged. Not thread
 * safe.
 */
final class PartitionAudit {

    /** Told of everything that is wrong, as it is found. */
    interface Listener {
        void problem(String sentence) throws IOException;

        void read(long bytes);
    }

    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final Location.Namespace place;
    private final SegmentLister lister;
    private final TopicPartition partition;
    private final Listener listener;
    private final PartitionTail tail;
    private final List<ObjectEntry> halves = new ArrayList<>();
    private final Set<String> readTwice = new HashSet<>();
    private final AuditCounts counts = new AuditCounts();

    PartitionAudit(Location.Namespace place, TopicPartition partition, Listener listener) {
        this.place = place;
        this.lister = place.lister();
        this.partition = partition;
        this.listener = listener;
        this.tail = new PartitionTail(partition, 0, 0, Duration.ZERO, halves::add);
    }

    AuditCounts run() throws IOException {
        list();
        while (true) {
            SegmentRef head = tail.head();
            if (tail.wantsListing()) {
                list();
            } else if (head == null) {
                break;
            } else if (tail.admit(head, head.baseOffset()) != null) { // else there may be a hole: list again
                audit(head);
            }
        }
        for (ObjectEntry half : halves) {
            auditHalf(half);
        }
        return counts;
    }

    private void list() throws IOException {
        tail.listed(lister.list(partition, tail.beginListing()), System.nanoTime());
    }

    private void audit(SegmentRef head) throws IOException {
        SegmentReader segment;
        try {
            segment = read(head.segment());
        } catch (ObjectChangedException | CorruptSegmentException | UnsupportedSegmentException e) {
            if (readTwice.add(head.segment().key())) { // a broker may have rewritten it while it was read
                tail.changed(head);
                return;
            }
            if (e instanceof ObjectChangedException changed) {
                throw changed;
            }
            damaged(e);
            count(head);
            tail.completed(head, nextBase(head)); // where it would have ended is not known: no gap
            return;
        }
        PartitionTail.Admission admission = tail.admit(head, segment.lastOffset());
        if (admission != null) {
            readTwice.clear();
            count(head);
            checkIndex(segment, head.index());
            for (Finding finding : admission.findings(partition, segment)) {
                tell(finding);
            }
            Finding strays = Finding.Strays.in(partition, segment);
            if (strays != null) {
                tell(strays);
            }
            tail.completed(head, admission.until());
        }
    }

    /** A segment all of which is sound; its records are counted. */
    private SegmentReader read(ObjectEntry object) throws IOException {
        // What is too large for a segment is refused there, before anything of it is read.
        SegmentReader segment = object.size() > LARGEST_ARRAY
                ? SegmentReader.open(name(object), place.store().ranges(object), null, Limits.readOptions())
                : SegmentReader.open(name(object), place.store().read(object), Limits.readOptions());
        counts.records += SegmentCheck.walk(segment);
        return segment;
    }

    private void checkIndex(SegmentReader segment, ObjectEntry index) throws IOException {
        try {
            SegmentCheck.index(segment, name(index), place.store().read(index));
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            damaged(e);
        }
    }

    private void damaged(Exception e) throws IOException {
        counts.corrupt++;
        listener.problem("corrupt: " + e.getMessage());
    }

    private void count(SegmentRef ref) {
        long bytes = ref.segment().size() + ref.index().size();
        counts.segments++;
        counts.bytes += bytes;
        listener.read(bytes);
    }

    private long nextBase(SegmentRef head) {
        for (SegmentRef ready : tail.ready()) {
            if (ready.baseOffset() > head.baseOffset()) {
                return ready.baseOffset();
            }
        }
        return head.baseOffset() + 1;
    }

    /** Half a segment. It was an upload under way, unless it is still alone now. */
    private void auditHalf(ObjectEntry half) throws IOException {
        SegmentKey key = SegmentKey.parse(half.key());
        ListedSegment now = key == null ? null : find(key.baseOffset());
        if (now == null) {
            return; // gone
        }
        if (now.segment() != null && now.index() != null) {
            count(new SegmentRef(partition, now.baseOffset(), now.segment(), now.index()));
        } else {
            listener.read(half.size());
            tell(new Finding.Orphan(partition, name(half)));
        }
        if (now.segment() != null) {
            try {
                read(now.segment());
            } catch (CorruptSegmentException | UnsupportedSegmentException e) {
                damaged(e);
            }
        }
    }

    private @Nullable ListedSegment find(long baseOffset) throws IOException {
        List<ListedSegment> found = lister.list(partition, baseOffset).segments();
        return found.isEmpty() || found.get(0).baseOffset() != baseOffset ? null : found.get(0);
    }

    private void tell(Finding finding) throws IOException {
        counts.count(finding);
        listener.problem(finding.message());
    }

    private String name(ObjectEntry object) {
        return place.store().describe() + "/" + object.key();
    }
}
