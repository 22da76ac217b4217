package io.kafscale.processor.runtime;

import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who should own what. There is no leader: every member reckons the same from the same view, and leases keep those apart
 * whose views differ for a moment.
 *
 * <p>Loads differ by one at most among members that may take the same topics and have room; what is owned stays where it
 * is unless moving it makes that so. Free partitions go to who has least. A partition whose owner is no member, such as a
 * Go processor's or one being drained by a worker that is leaving, is nobody's to give.
 *
 * <p>Keeps compiled expressions of subscriptions, nothing else; not thread safe.
 */
final class Balance {

    private final Map<String, Pattern> patterns = new HashMap<>();

    /**
     * Everyone's share.
     *
     * @param partitions all that are known to be there; those owned in {@code view} count as well
     * @return the member that should own it, by partition; those that nobody can take are missing
     */
    Map<TopicPartition, String> shares(Collection<TopicPartition> partitions, GroupView view) {
        return new Plan(partitions, view).shares;
    }

    private boolean takes(Subscription subscription, String topic) {
        return patterns.computeIfAbsent(subscription.topics(), Pattern::compile)
                .matcher(topic)
                .matches();
    }

    /** A member and what it is to own so far. */
    private static final class Load {
        final String member;
        final int capacity;
        final Map<String, Deque<TopicPartition>> byTopic = new HashMap<>();
        int size;

        Load(String member, int capacity) {
            this.member = member;
            this.capacity = capacity;
        }

        boolean hasRoom() {
            return size < capacity;
        }

        /** What the member owns already goes to the back, from where nothing is taken while there is anything else. */
        void add(TopicPartition partition, boolean owned) {
            Deque<TopicPartition> same = byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayDeque<>());
            if (owned) {
                same.addLast(partition);
            } else {
                same.addFirst(partition);
            }
            size++;
        }

        TopicPartition remove(String topic) {
            size--;
            return Objects.requireNonNull(byTopic.get(topic)).removeFirst();
        }

        boolean has(String topic) {
            Deque<TopicPartition> same = byTopic.get(topic);
            return same != null && !same.isEmpty();
        }
    }

    private final class Plan {
        private static final Comparator<Load> BY_SIZE = Comparator.comparingInt(load -> load.size);

        private final GroupView view;
        private final Map<String, Load> loads = new HashMap<>();
        private final Map<String, List<Load>> takers = new HashMap<>();
        private final Map<TopicPartition, String> shares = new HashMap<>();
        private final int evenShare;

        Plan(Collection<TopicPartition> partitions, GroupView view) {
            this.view = view;
            view.members()
                    .forEach((member, subscription) ->
                            loads.put(member, new Load(member, subscription.maxPartitions())));
            TreeSet<TopicPartition> all = new TreeSet<>(partitions);
            all.addAll(view.owners().keySet());
            List<TopicPartition> free = new ArrayList<>();
            for (TopicPartition partition : all) {
                Lease lease = view.owner(partition);
                Load owner = lease == null ? null : loads.get(lease.memberId());
                if (owner != null && takersOf(partition.topic()).contains(owner)) {
                    owner.add(partition, true);
                } else if (lease == null || owner != null) {
                    free.add(partition);
                }
            }
            evenShare = (all.size() + loads.size() - 1) / Math.max(1, loads.size());
            free.sort(Comparator.comparingInt(
                    partition -> takersOf(partition.topic()).size()));
            while (giveOut(free)) {
                level();
            }
            level();
            for (Load load : loads.values()) {
                load.byTopic.values().forEach(same -> same.forEach(partition -> shares.put(partition, load.member)));
            }
        }

        private List<Load> takersOf(String topic) {
            return takers.computeIfAbsent(
                    topic,
                    name -> view.members().entrySet().stream()
                            .filter(member -> takes(member.getValue(), name))
                            .map(member -> loads.get(member.getKey()))
                            .sorted(Comparator.comparing(load -> load.member))
                            .toList());
        }

        /**
         * Gives away what finds a taker; what does not may find one once others have passed something on. It goes by
         * preference rather than to who has least, so that a view in which some have been taken meanwhile leads to the
         * same shares of the rest.
         */
        private boolean giveOut(List<TopicPartition> free) {
            return free.removeIf(partition -> {
                Comparator<Load> byPreference = Comparator.comparingInt(load -> preference(load.member, partition));
                Optional<Load> taker = takersOf(partition.topic()).stream()
                        .filter(Load::hasRoom)
                        .min(Comparator.<Load, Boolean>comparing(load -> load.size >= evenShare)
                                .thenComparing(byPreference));
                taker.ifPresent(load -> load.add(partition, false));
                return taker.isPresent();
            });
        }

        /** Moves one at a time from who has much to who has two less, by way of others where they share no topic. */
        private void level() {
            List<Load> byRank = new ArrayList<>(loads.values());
            byRank.sort(Comparator.comparing(load -> load.member));
            boolean moved = true;
            while (moved) {
                byRank.sort(BY_SIZE.thenComparing(load -> load.member));
                moved = byRank.stream().filter(Load::hasRoom).anyMatch(this::fill);
            }
        }

        /** A member from which the one it leads to could take a partition of this topic. */
        private record Step(Load from, String topic, Load to) {}

        /** Moves one partition to {@code poor}, if anyone who can be reached has two more. */
        private boolean fill(Load poor) {
            Map<Load, Step> steps = new HashMap<>();
            Deque<Load> reached = new ArrayDeque<>(List.of(poor));
            @Nullable Load rich = null;
            while (rich == null && !reached.isEmpty()) {
                int level = reached.size();
                for (int i = 0; i < level; i++) {
                    Load to = reached.removeFirst();
                    for (Map.Entry<String, List<Load>> topic : sortedTakers()) {
                        if (!topic.getValue().contains(to)) {
                            continue;
                        }
                        for (Load from : topic.getValue()) {
                            if (from != poor && from.has(topic.getKey()) && !steps.containsKey(from)) {
                                steps.put(from, new Step(from, topic.getKey(), to));
                                reached.addLast(from);
                                boolean richer = from.size >= poor.size + 2 && (rich == null || from.size > rich.size);
                                rich = richer ? from : rich;
                            }
                        }
                    }
                }
            }
            for (Step step = steps.get(rich); step != null; step = steps.get(step.to)) {
                TopicPartition moved = step.from.remove(step.topic);
                Lease lease = view.owner(moved);
                step.to.add(moved, lease != null && lease.memberId().equals(step.to.member));
            }
            return rich != null;
        }

        private List<Map.Entry<String, List<Load>>> sortedTakers() {
            return takers.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
        }
    }

    /**
     * The lower, the more a member would like this partition. It depends on nothing else, so members who see the group
     * differently still mostly choose alike, and try what is free in orders of their own.
     */
    static int preference(String member, TopicPartition partition) {
        int hash = 31 * (31 * member.hashCode() + partition.topic().hashCode()) + partition.partition();
        hash ^= hash >>> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >>> 13;
        hash *= 0xc2b2ae35;
        return hash ^ hash >>> 16;
    }
}
