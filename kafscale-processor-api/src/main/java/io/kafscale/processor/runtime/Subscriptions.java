package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Subscription;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which topics are wanted, and what becomes of each. Immutable. */
public final class Subscriptions {

    private final Map<String, TopicPlan> plans;

    /** These topics, by name. */
    public Subscriptions(Map<String, TopicPlan> plans) {
        this.plans = Map.copyOf(plans);
    }

    TopicPlan plan(String topic) {
        TopicPlan plan = plans.get(topic);
        if (plan == null) {
            throw new IllegalArgumentException("topic " + topic + " is not subscribed to");
        }
        return plan;
    }

    Collection<TopicPlan> plans() {
        return plans.values();
    }

    /** What the other members are told. */
    Subscription forOthers(int maxPartitions) {
        return Subscription.of(plans.keySet(), maxPartitions);
    }

    Set<String> topics() {
        return plans.keySet();
    }

    /** The topics of which none of these is a partition. */
    Set<String> missing(Collection<TopicPartition> found) {
        Set<String> missing = new TreeSet<>(plans.keySet());
        found.forEach(partition -> missing.remove(partition.topic()));
        return missing;
    }

    static String explainNothing(Set<String> missing, SegmentLister lister) throws IOException {
        return nothing(missing) + lister.describeContents();
    }

    static String explainNothing(Set<String> missing, TopicCatalog catalog) throws IOException {
        SortedSet<String> found = catalog.topics();
        return nothing(missing)
                + catalog.describe()
                + (found.isEmpty() ? " has no topics" : " has the topics " + String.join(", ", found));
    }

    private static String nothing(Set<String> missing) {
        return "nothing to process of " + String.join(", ", new TreeSet<>(missing)) + ": ";
    }
}
