package io.kafscale.discovery;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What listings across a topic showed of several partitions at once.
 *
 * <p>A request begins where one partition's segments are wanted, and shows a page of whatever follows in the topic. A
 * partition of which the page shows everything that is wanted needs no request of its own. So this never takes more
 * requests than listing each partition would, and only one where the whole topic fits a page. Where partitions are too long
 * for that it is soon given up: the partitions left over are to be listed one by one.
 *
 * @param listings of the partitions asked for, or of some of them, in no particular order
 * @param requests how many it took
 */
public record TopicListing(List<SegmentListing> listings, int requests) {

    /** A request is to spare at least as many others. */
    private static final int LEAST_LISTINGS_A_REQUEST = 2;

    public TopicListing {
        listings = List.copyOf(listings);
    }

    /** Whether it took clearly fewer requests than listing each partition would have. */
    public boolean isSaving() {
        return listings.size() >= LEAST_LISTINGS_A_REQUEST * requests;
    }

    private record Wanted(TopicPartition partition, long from, String prefix, String after) {}

    static TopicListing of(ObjectStore store, String namespace, String topic, Map<TopicPartition, Long> fromBaseOffsets)
            throws IOException {
        List<Wanted> wanted = inOrderOfKeys(namespace, topic, fromBaseOffsets);
        ListRequest ofTopic = ListRequest.of(SegmentKey.prefix(namespace, topic));
        TopicListing result = new TopicListing(List.of(), 0);
        while (result.isSaving() && result.listings.size() < wanted.size()) {
            List<Wanted> rest = wanted.subList(result.listings.size(), wanted.size());
            ListPage page = store.list(ofTopic.after(rest.get(0).after));
            List<SegmentListing> listings = new ArrayList<>(result.listings);
            listings.addAll(shown(page, rest));
            result = new TopicListing(listings, result.requests + 1);
        }
        return result;
    }

    private static List<Wanted> inOrderOfKeys(String namespace, String topic, Map<TopicPartition, Long> from) {
        List<Wanted> wanted = new ArrayList<>();
        from.forEach((partition, base) -> {
            if (!partition.topic().equals(topic)) {
                throw new IllegalArgumentException(partition + " is not of topic " + topic);
            }
            String prefix = SegmentKey.prefix(namespace, partition);
            wanted.add(new Wanted(partition, base, prefix, SegmentKey.stem(namespace, partition, base)));
        });
        wanted.sort(Comparator.comparing(Wanted::prefix, ObjectStore.KEY_ORDER));
        return wanted;
    }

    /** The listings that a page holds, of the first of {@code wanted} and as many after it as it covers. */
    private static List<SegmentListing> shown(ListPage page, List<Wanted> wanted) {
        List<SegmentListing> shown = new ArrayList<>();
        List<ObjectEntry> objects = page.objects();
        int at = 0;
        for (Wanted one : wanted) {
            SegmentCollector collector = new SegmentCollector(one.prefix);
            while (at < objects.size() && !isBehind(objects.get(at).key(), one)) {
                String key = objects.get(at).key();
                if (key.startsWith(one.prefix) && ObjectStore.KEY_ORDER.compare(key, one.after) > 0) {
                    collector.add(objects.get(at));
                }
                at++;
            }
            boolean everything = at < objects.size() || page.next() == null;
            List<ListedSegment> segments = everything ? collector.all() : collector.certain();
            if (!everything && segments.isEmpty()) {
                return shown;
            }
            shown.add(new SegmentListing(one.partition, one.from, segments, !everything));
            if (!everything) {
                return shown;
            }
        }
        return shown;
    }

    private static boolean isBehind(String key, Wanted one) {
        return !key.startsWith(one.prefix) && ObjectStore.KEY_ORDER.compare(key, one.prefix) > 0;
    }
}
