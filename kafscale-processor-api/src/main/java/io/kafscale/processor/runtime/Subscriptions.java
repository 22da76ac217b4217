package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.Subscription;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which topics are wanted, and what becomes of each. Immutable. */
public final class Subscriptions {

    /**
     * Topics that are wanted by what their names look like.
     *
     * @param names matches all of a name; without flags, which the other members would not see
     */
    public record Alike(Pattern names, TopicPlan plan) {
        boolean isOne(String topic) {
            return names.matcher(topic).matches();
        }
    }

    private final Map<String, TopicPlan> named;
    private final List<Alike> alike;

    /** These topics, by name. */
    public Subscriptions(Map<String, TopicPlan> named) {
        this(named, List.of());
    }

    /** These topics by name, and of all others those that look like one of these; what is first among them counts. */
    public Subscriptions(Map<String, TopicPlan> named, List<Alike> alike) {
        this.named = Map.copyOf(named);
        this.alike = List.copyOf(alike);
    }

    boolean isWanted(String topic) {
        return find(topic) != null;
    }

    TopicPlan plan(String topic) {
        TopicPlan plan = find(topic);
        if (plan == null) {
            throw new IllegalArgumentException("topic " + topic + " is not subscribed to");
        }
        return plan;
    }

    private @Nullable TopicPlan find(String topic) {
        TopicPlan byName = named.get(topic);
        if (byName != null) {
            return byName;
        }
        for (Alike some : alike) {
            if (some.isOne(topic)) {
                return some.plan();
            }
        }
        return null;
    }

    Collection<TopicPlan> plans() {
        List<TopicPlan> plans = new ArrayList<>(named.values());
        alike.forEach(some -> plans.add(some.plan()));
        return plans;
    }

    /** What the other members are told. */
    Subscription forOthers(int maxPartitions) {
        Subscription byName = Subscription.of(named.keySet(), maxPartitions);
        Stream<String> names = named.isEmpty() ? Stream.of() : Stream.of(byName.topics());
        Stream<String> looks = alike.stream().map(some -> "(?:" + some.names().pattern() + ")");
        return new Subscription(Stream.concat(names, looks).collect(Collectors.joining("|")), maxPartitions);
    }

    /** Those that are wanted by name. */
    Set<String> names() {
        return named.keySet();
    }

    /** Whether topics are wanted whose names only show. */
    boolean areOpen() {
        return !alike.isEmpty();
    }

    /** What was wanted, name or pattern, and has no partition among these. */
    Set<String> missing(Collection<TopicPartition> found) {
        Set<String> missing = new TreeSet<>(named.keySet());
        Set<String> topics = new TreeSet<>();
        found.forEach(partition -> topics.add(partition.topic()));
        missing.removeAll(topics);
        for (Alike some : alike) {
            if (topics.stream().noneMatch(some::isOne)) {
                missing.add("topics like " + some.names().pattern());
            }
        }
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
