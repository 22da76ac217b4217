package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Subscription;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.Map;
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
    Subscription forOthers() {
        return Subscription.of(plans.keySet(), Integer.MAX_VALUE);
    }

    SortedSet<TopicPartition> find(SegmentLister lister) throws IOException {
        return lister.partitions(plans.keySet());
    }

    String explainNothing(SegmentLister lister) throws IOException {
        return "nothing to process of " + String.join(", ", new TreeSet<>(plans.keySet())) + ": "
                + lister.describeContents();
    }
}
