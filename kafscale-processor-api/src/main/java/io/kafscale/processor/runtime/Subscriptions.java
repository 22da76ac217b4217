package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Subscription;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.discovery.TopicCatalog;
import java.io.IOException;
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

    /** What the other members are told. */
    Subscription forOthers(int maxPartitions) {
        return Subscription.of(plans.keySet(), maxPartitions);
    }

    Set<String> topics() {
        return plans.keySet();
    }

    String explainNothing(SegmentLister lister) throws IOException {
        return nothing() + lister.describeContents();
    }

    String explainNothing(TopicCatalog catalog) throws IOException {
        SortedSet<String> found = catalog.topics();
        return nothing()
                + catalog.describe()
                + (found.isEmpty() ? " has no topics" : " has the topics " + String.join(", ", found));
    }

    private String nothing() {
        return "nothing to process of " + String.join(", ", new TreeSet<>(plans.keySet())) + ": ";
    }
}
