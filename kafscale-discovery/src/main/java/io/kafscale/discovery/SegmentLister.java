package io.kafscale.discovery;

import io.kafscale.discovery.SegmentKey.Half;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds topics, partitions and segments in one namespace of an object store. Whatever else lies there (manifests, time
 * indexes, large-file blobs, objects of other programs) is passed over.
 *
 * <p>It remembers nothing and caches nothing: every call asks the store, and says how often. Each method throws the
 * store's {@link IOException} when a request fails; then nothing was found out, least of all that something is missing.
 * Nothing is retried here.
 *
 * <p>As a {@link TopicCatalog} it knows what has objects, and tells of no changes.
 *
 * <p>Thread safe. The store stays open; who opened it closes it.
 */
public final class SegmentLister implements TopicCatalog {

    private final ObjectStore store;
    private final String namespace;

    private SegmentLister(ObjectStore store, String namespace) {
        this.store = store;
        this.namespace = namespace;
    }

    /**
     * A lister of what lies under {@code {namespace}/}.
     *
     * @param namespace brokers use {@code default} unless told otherwise; may hold slashes, and is empty when topics lie
     *     at the top of the store
     * @throws IllegalArgumentException when the namespace begins or ends with a slash
     */
    public static SegmentLister create(ObjectStore store, String namespace) {
        SegmentKey.checkNamespace(namespace);
        return new SegmentLister(store, namespace);
    }

    /** Where it looks: the store and the namespace. */
    @Override
    public String describe() {
        return store.describe() + "/" + SegmentKey.prefix(namespace);
    }

    /** All that could be topics: names of folders that are legal as such. One request per thousand. */
    @Override
    public SortedSet<String> topics() throws IOException {
        SortedSet<String> topics = new TreeSet<>();
        for (String name : folders(SegmentKey.prefix(namespace))) {
            if (TopicPartition.isLegalTopic(name)) {
                topics.add(name);
            }
        }
        return Collections.unmodifiableSortedSet(topics);
    }

    /**
     * The partitions of topics known by name. One request per topic, and one more per thousand partitions; all other
     * topics cost nothing.
     *
     * @throws IllegalArgumentException when a name is not legal as that of a topic
     */
    @Override
    public SortedSet<TopicPartition> partitions(Collection<String> topics) throws IOException {
        SortedSet<TopicPartition> partitions = new TreeSet<>();
        for (String topic : topics) {
            if (!TopicPartition.isLegalTopic(topic)) {
                throw new IllegalArgumentException("\"" + topic + "\" is not a legal name of a topic");
            }
            for (String name : folders(SegmentKey.prefix(namespace, topic))) {
                int partition = SegmentKey.parsePartition(name);
                if (partition >= 0) {
                    partitions.add(new TopicPartition(topic, partition));
                }
            }
        }
        return Collections.unmodifiableSortedSet(partitions);
    }

    /** The partitions of all topics whose name passes: {@link #topics()}, and then the partitions of those. */
    public SortedSet<TopicPartition> partitions(Predicate<String> wantedTopic) throws IOException {
        return partitions(topics().stream().filter(wantedTopic).toList());
    }

    /**
     * One page of a partition's segments, from a base offset on. One request; more only while a page shows nothing but
     * other objects, or half a segment, and would lead nowhere.
     *
     * @param fromBaseOffset the first base offset that is wanted, 0 for all
     */
    public SegmentListing list(TopicPartition partition, long fromBaseOffset) throws IOException {
        if (fromBaseOffset < 0) {
            throw new IllegalArgumentException("cannot list " + partition + " from base offset " + fromBaseOffset);
        }
        String prefix = SegmentKey.prefix(namespace, partition);
        ListRequest request = ListRequest.of(prefix).after(SegmentKey.stem(namespace, partition, fromBaseOffset));
        SegmentCollector collector = new SegmentCollector(prefix);
        while (true) {
            ListPage page = store.list(request);
            page.objects().forEach(collector::add);
            if (page.next() == null) {
                return new SegmentListing(partition, fromBaseOffset, collector.all(), false);
            }
            List<ListedSegment> certain = collector.certain();
            if (!certain.isEmpty()) {
                return new SegmentListing(partition, fromBaseOffset, certain, true);
            }
            request = page.next();
        }
    }

    /**
     * A page of each of several partitions' segments, all of one topic, as {@link #list(TopicPartition, long)} would show
     * them, in fewer requests than there are partitions: as long as the keys of those that follow fit on a page, they need no
     * request of their own. Given up where that saves nothing; some partitions are then left out.
     *
     * @param topic of which all the partitions are
     * @param fromBaseOffsets from where on each partition is listed
     */
    public TopicListing list(String topic, Map<TopicPartition, Long> fromBaseOffsets) throws IOException {
        return TopicListing.of(store, namespace, topic, fromBaseOffsets);
    }

    /**
     * Looks for one segment by its keys, without listing: two requests, of which the second brings the content of a small
     * segment along.
     *
     * <p>The index is asked for first, as it is the first in a listing. What is found is therefore what a listing could
     * have shown that began at this moment, and a reading of the segment right after it.
     *
     * @param mostBytes a larger segment comes without its content
     * @return null unless both halves were there, which says nothing about what lies elsewhere
     */
    public @Nullable FoundSegment find(TopicPartition partition, long baseOffset, int mostBytes) throws IOException {
        FoundObject index = store.find(new SegmentKey(namespace, partition, baseOffset, Half.INDEX).key(), 0);
        FoundObject segment = index == null
                ? null
                : store.find(new SegmentKey(namespace, partition, baseOffset, Half.SEGMENT).key(), mostBytes);
        return index == null || segment == null
                ? null
                : new FoundSegment(new ListedSegment(baseOffset, segment.entry(), index.entry()), segment.content());
    }

    /** All completed segments of a partition in the order of their offsets; as many requests as there are pages. */
    public List<SegmentRef> segments(TopicPartition partition) throws IOException {
        List<SegmentRef> segments = new ArrayList<>();
        SegmentListing listing = list(partition, 0);
        while (true) {
            for (ListedSegment listed : listing.segments()) {
                SegmentRef completed = listed.completed(partition);
                if (completed != null) {
                    segments.add(completed);
                }
            }
            if (!listing.truncated()) {
                return segments;
            }
            listing = list(partition, listing.nextFrom());
        }
    }

    /**
     * The base offset of the segment that holds {@code offset}, if any does: the greatest base offset at or below it of a
     * segment both of whose halves are there, or -1 when there is none. Whether it reaches that far is not looked at.
     *
     * <p>O(log n) requests: one when a segment begins at {@code offset}, two when the partition fits a page, and no more
     * than 40 at 100,000 segments.
     *
     * @param offset {@link Long#MAX_VALUE} finds the last segment
     */
    public long floor(TopicPartition partition, long offset) throws IOException {
        if (offset < 0) {
            return -1;
        }
        // No base offset is greater, see SegmentKey; and the bound must not overflow.
        long last = Math.min(offset, Long.MAX_VALUE - 1);
        return baseOfLast(
                new SegmentSearch(this, partition, last + 1, listed -> listed.baseOffset() <= last).find(last));
    }

    /**
     * The offset after the last one in the log, as the last segment's footer has it; 0 when there is no segment. O(log n)
     * requests, as {@link #floor}, and one or two that read.
     */
    public long end(TopicPartition partition) throws IOException {
        LogEnds ends = new LogEnds(store, this, partition);
        List<ListedSegment> segments = ends.upToTheLast(0);
        return segments.isEmpty() ? 0 : ends.end(segments.get(segments.size() - 1));
    }

    /**
     * Where the log begins and ends, as far as is needed to tell whether a reader's position lies in it. Where two brokers
     * wrote the same offsets, the last segment need not be the one that ends last: some before it are looked at too, until
     * one reaches {@code position}.
     *
     * <p>One request to list when the partition fits a page, two when {@code near} is near the end of the log, and otherwise
     * O(log n); and one that reads, for each footer looked at.
     *
     * @param position the next offset to be read
     * @param near a base offset near the end of the log, or a little before; 0 when none is known
     */
    public LogRange range(TopicPartition partition, long position, long near) throws IOException {
        return new LogEnds(store, this, partition).range(position, near);
    }

    /**
     * The base offset from which to read for records of a given time: of the first segment that was built at or after it,
     * or the {@linkplain #end end of the log} when all are older.
     *
     * <p>A broker notes in a segment's header when it built it; the objects' own times are those of the last copy, and
     * records' are whatever producers say. What a producer stamped by a clock that was not ahead of the broker's, at or
     * after this time, is therefore in that segment or after it; {@link io.kafscale.segment.SegmentReader#offsetAt} tells
     * where in it.
     *
     * <p>O(log n) requests: no more than 40 to list at 100,000 segments, and about as many to read headers.
     *
     * @param timestampMillis Unix milliseconds
     */
    public long atTimestamp(TopicPartition partition, long timestampMillis) throws IOException {
        LogEnds ends = new LogEnds(store, this, partition);
        List<ListedSegment> older = new SegmentSearch(
                        this, partition, Long.MAX_VALUE, listed -> ends.isCreatedBefore(listed, timestampMillis))
                .find(0);
        SegmentListing next = list(partition, baseOfLast(older) + 1);
        while (next.pairs().isEmpty() && next.truncated()) {
            next = list(partition, next.nextFrom());
        }
        if (!next.pairs().isEmpty()) {
            return next.pairs().get(0).baseOffset();
        }
        return older.isEmpty() ? 0 : ends.end(older.get(older.size() - 1));
    }

    private static long baseOfLast(List<ListedSegment> segments) {
        return segments.isEmpty() ? -1 : segments.get(segments.size() - 1).baseOffset();
    }

    /**
     * A sentence for people who expected topics here and see none: which there are in this namespace, or else where
     * segments were found instead, since the usual cause is a wrong namespace. Up to about 20 requests.
     */
    public String describeContents() throws IOException {
        return new NamespaceSurvey(store, this, namespace).describe();
    }

    /** The names of the folders right under {@code prefix}, without their slashes. */
    private List<String> folders(String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        @Nullable ListRequest request = ListRequest.folders(prefix);
        while (request != null) {
            ListPage page = store.list(request);
            for (String folder : page.prefixes()) {
                names.add(folder.substring(prefix.length(), folder.length() - 1));
            }
            request = page.next();
        }
        return names;
    }
}
