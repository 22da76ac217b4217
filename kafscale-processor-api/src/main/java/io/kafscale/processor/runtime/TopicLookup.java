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

    /** Says what is there instead of topics without partitions, unless these are the {@code explained} ones: that is dear. */
    Event.Discovered find(Set<String> explained) throws IOException {
        TopicCatalog catalog = discovery.asked();
        if (catalog == null) {
            return byListing(explained, null);
        }
        SortedSet<TopicPartition> found;
        try {
            found = catalog.partitions(wanted(catalog));
        } catch (IOException e) {
            if (discovery.mode() == DiscoveryMode.ETCD) {
                throw e;
            }
            return byListing(explained, Reasons.of(e));
        }
        if (discovery.mode() == DiscoveryMode.ETCD) {
            Set<String> missing = subscriptions.missing(found);
            boolean isKnown = missing.isEmpty() || missing.equals(explained);
            return new Event.Discovered(
                    found, missing, isKnown ? null : Subscriptions.explainNothing(missing, catalog), null);
        }
        SortedSet<TopicPartition> all = new TreeSet<>(found);
        Set<String> unknown = wanted(lister);
        found.forEach(partition -> unknown.remove(partition.topic()));
        if (!unknown.isEmpty()) {
            // A topic that was deleted leaves its objects behind, and they are still to be processed.
            all.addAll(lister.partitions(unknown));
        }
        return listed(all, explained, null);
    }

    /** Those wanted by name, and those there are that look as wanted. */
    private Set<String> wanted(TopicCatalog where) throws IOException {
        Set<String> wanted = new TreeSet<>(subscriptions.names());
        if (subscriptions.areOpen()) {
            where.topics().stream().filter(subscriptions::isWanted).forEach(wanted::add);
        }
        return wanted;
    }

    private Event.Discovered byListing(Set<String> explained, @Nullable String catalogFailure) throws IOException {
        return listed(lister.partitions(wanted(lister)), explained, catalogFailure);
    }

    private Event.Discovered listed(
            SortedSet<TopicPartition> found, Set<String> explained, @Nullable String catalogFailure)
            throws IOException {
        Set<String> missing = subscriptions.missing(found);
        boolean isKnown = missing.isEmpty() || missing.equals(explained);
        return new Event.Discovered(
                found, missing, isKnown ? null : Subscriptions.explainNothing(missing, lister), catalogFailure);
    }
}
