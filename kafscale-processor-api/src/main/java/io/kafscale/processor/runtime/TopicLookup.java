package io.kafscale.processor.runtime;

import io.kafscale.discovery.SegmentLister;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.processor.DiscoveryMode;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the partitions of the wanted topics, in the catalog or by the objects. Thread safe. */
final class TopicLookup {

    private final Subscriptions subscriptions;
    private final SegmentLister lister;
    private final Discovery discovery;

    TopicLookup(Subscriptions subscriptions, SegmentLister lister, Discovery discovery) {
        this.subscriptions = subscriptions;
        this.lister = lister;
        this.discovery = discovery;
    }

    Event.Discovered find() throws IOException {
        TopicCatalog catalog = discovery.asked();
        if (catalog == null) {
            return byListing(null);
        }
        SortedSet<TopicPartition> found;
        try {
            found = catalog.partitions(subscriptions.topics());
        } catch (IOException e) {
            if (discovery.mode() == DiscoveryMode.ETCD) {
                throw e;
            }
            return byListing(Reasons.of(e));
        }
        if (discovery.mode() == DiscoveryMode.ETCD) {
            return new Event.Discovered(found, found.isEmpty() ? subscriptions.explainNothing(catalog) : null, null);
        }
        SortedSet<TopicPartition> all = new TreeSet<>(found);
        Set<String> missing = new TreeSet<>(subscriptions.topics());
        found.forEach(partition -> missing.remove(partition.topic()));
        if (!missing.isEmpty()) {
            // A topic that was deleted leaves its objects behind, and they are still to be processed.
            all.addAll(lister.partitions(missing));
        }
        return new Event.Discovered(all, all.isEmpty() ? subscriptions.explainNothing(lister) : null, null);
    }

    private Event.Discovered byListing(@Nullable String catalogFailure) throws IOException {
        SortedSet<TopicPartition> found = lister.partitions(subscriptions.topics());
        return new Event.Discovered(
                found, found.isEmpty() ? subscriptions.explainNothing(lister) : null, catalogFailure);
    }
}
