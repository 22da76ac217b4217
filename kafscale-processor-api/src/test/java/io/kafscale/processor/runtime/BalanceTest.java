package io.kafscale.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.GroupView;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Subscription;
import io.kafscale.segment.TopicPartition;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BalanceTest {

    private final Balance balance = new Balance();
    private final Map<String, Subscription> members = new LinkedHashMap<>();
    private Map<TopicPartition, String> owners = new HashMap<>();
    private int moves;

    @Test
    void tenPartitionsOnFourMembers_areSharedThreeThreeTwoTwo() {
        join("a", "b", "c", "d");
        settle(partitions("orders", 10));
        assertThat(sizes()).containsExactlyInAnyOrder(3, 3, 2, 2);
    }

    @Test
    void threePartitionsOnFiveMembers_leaveTwoIdle() {
        join("a", "b", "c", "d", "e");
        settle(partitions("orders", 3));
        assertThat(sizes()).containsExactlyInAnyOrder(1, 1, 1, 0, 0);
    }

    @Test
    void membersThatComeAndGo_moveNoMoreThanNecessary() {
        Collection<TopicPartition> all = partitions("orders", 64);
        join("a");
        settle(all);
        assertThat(moves).isZero();

        join("b", "c", "d");
        settle(all);
        assertThat(sizes()).containsOnly(16);
        assertThat(moves).as("what three new members get").isEqualTo(48);

        die("a", "c");
        moves = 0;
        settle(all);
        assertThat(sizes()).containsOnly(32);
        assertThat(moves).as("of what is owned").isZero();
    }

    @Test
    void settledShares_stayAsTheyAre() {
        join("a", "b", "c");
        Collection<TopicPartition> all = partitions("orders", 20);
        settle(all);
        Map<TopicPartition, String> before = owners;
        for (int round = 0; round < 5; round++) {
            settle(all);
        }
        assertThat(owners).isEqualTo(before);
        assertThat(moves).isZero();
    }

    @Test
    void capacities_areNotExceeded_andTheRestIsShared() {
        members.put("small", new Subscription(".*", 2));
        join("a", "b");
        settle(partitions("orders", 22));
        assertThat(size("small")).isEqualTo(2);
        assertThat(size("a")).isEqualTo(10);
        assertThat(size("b")).isEqualTo(10);
    }

    @Test
    void capacityOfAllTogetherTooSmall_leavesPartitionsToNobody() {
        members.put("a", new Subscription(".*", 2));
        members.put("b", new Subscription(".*", 3));
        settle(partitions("orders", 9));
        assertThat(owners).hasSize(5);
    }

    @Test
    void subscriptionsThatOverlapInAChain_areLevelledByWayOfTheMiddle() {
        members.put("left", Subscription.of(List.of("one"), 100));
        members.put("middle", Subscription.of(List.of("one", "two"), 100));
        members.put("right", Subscription.of(List.of("two"), 100));
        SortedSet<TopicPartition> all = partitions("one", 6);
        all.addAll(partitions("two", 6));
        for (TopicPartition partition : all) {
            owners.put(partition, partition.topic().equals("one") ? "left" : "middle");
            owners.computeIfPresent(new TopicPartition("two", 0), (two, owner) -> "right");
        }
        settle(all);
        assertThat(sizes()).containsOnly(4);
        assertThat(owners)
                .allSatisfy((partition, owner) ->
                        assertThat(partition.topic()).matches(members.get(owner).topics()));
    }

    @Test
    void partitionOfNoMember_isNobodysToGive() {
        join("a", "b");
        SortedSet<TopicPartition> all = partitions("orders", 4);
        owners.put(all.first(), "a-go-processor");
        Map<TopicPartition, String> shares = balance.shares(all, view());
        assertThat(shares).hasSize(3).doesNotContainKey(all.first());
    }

    @Test
    void partitionOwnedByOneWhoDoesNotSubscribeToIt_goesToOneWhoDoes() {
        members.put("a", Subscription.of(List.of("payments"), 100));
        members.put("b", Subscription.of(List.of("orders"), 100));
        SortedSet<TopicPartition> all = partitions("orders", 2);
        all.forEach(partition -> owners.put(partition, "a"));
        assertThat(balance.shares(all, view())).hasSize(2).containsValue("b").doesNotContainValue("a");
    }

    /** What holds for any group: everybody reckons alike, within capacity and subscription, and it is level. */
    @Test
    void anyGroup_isLevelWithinSubscriptionAndCapacity() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            members.clear();
            owners = new HashMap<>();
            SortedSet<TopicPartition> all = new TreeSet<>();
            List<String> topics = List.of("one", "two", "three");
            topics.forEach(topic -> all.addAll(partitions(topic, random.nextInt(12))));
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                List<String> wanted =
                        topics.stream().filter(topic -> random.nextInt(3) > 0).toList();
                int capacity = random.nextInt(3) == 0 ? 1 + random.nextInt(6) : 100;
                members.put("m" + i, Subscription.of(wanted.isEmpty() ? topics : wanted, capacity));
            }
            List<String> ids = List.copyOf(members.keySet());
            for (TopicPartition partition : all) {
                String owner = ids.get(random.nextInt(ids.size()));
                if (random.nextBoolean()
                        && partition.topic().matches(members.get(owner).topics())
                        && size(owner) < members.get(owner).maxPartitions()) {
                    owners.put(partition, owner);
                }
            }
            settle(all);
            Map<TopicPartition, String> settled = owners;
            settle(all);
            assertThat(owners).as("seed %d", seed).isEqualTo(settled);
            for (TopicPartition partition : all) {
                String owner = owners.get(partition);
                for (String other : ids) {
                    boolean couldTake =
                            partition.topic().matches(members.get(other).topics())
                                    && size(other) < members.get(other).maxPartitions();
                    if (owner == null) {
                        assertThat(couldTake)
                                .as("seed %d: %s could take %s", seed, other, partition)
                                .isFalse();
                    } else if (couldTake) {
                        assertThat(size(owner))
                                .as("seed %d: %s and %s", seed, owner, other)
                                .isLessThanOrEqualTo(size(other) + 1);
                    }
                }
            }
        }
    }

    @Test
    void thousandsOfPartitions_areSharedQuickly() {
        join(IntStream.range(0, 20).mapToObj(i -> "m" + i).toArray(String[]::new));
        SortedSet<TopicPartition> all = partitions("orders", 2_000);
        all.forEach(partition -> owners.put(partition, "m0"));
        long start = System.nanoTime();
        settle(all);
        assertThat(sizes()).containsOnly(100);
        assertThat((System.nanoTime() - start) / 1_000_000).as("milliseconds").isLessThan(5_000);
    }

    private void join(String... ids) {
        for (String id : ids) {
            members.put(id, Subscription.ALL);
        }
    }

    private void die(String... ids) {
        for (String id : ids) {
            members.remove(id);
            owners.values().removeIf(id::equals);
        }
    }

    /** Lets everybody have their share, counting what changes hands. */
    private void settle(Collection<TopicPartition> all) {
        Map<TopicPartition, String> shares = balance.shares(all, view());
        owners.forEach((partition, owner) -> moves += owner.equals(shares.get(partition)) ? 0 : 1);
        owners = new HashMap<>(shares);
    }

    private GroupView view() {
        Map<TopicPartition, Lease> leases = new HashMap<>();
        owners.forEach((partition, owner) -> leases.put(partition, new Lease(partition, owner, 1)));
        return new GroupView(members, leases);
    }

    private List<Integer> sizes() {
        return members.keySet().stream().map(this::size).toList();
    }

    private int size(String member) {
        return Collections.frequency(owners.values(), member);
    }

    private static SortedSet<TopicPartition> partitions(String topic, int count) {
        SortedSet<TopicPartition> partitions = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            partitions.add(new TopicPartition(topic, i));
        }
        return partitions;
    }
}
