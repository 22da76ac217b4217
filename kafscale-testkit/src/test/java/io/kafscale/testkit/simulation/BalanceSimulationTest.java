package io.kafscale.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.Lease;
import io.kafscale.processor.runtime.Settings;
import io.kafscale.testkit.InMemoryObjectStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole workers with the default settings, in simulated time and without faults: how soon the load is level. */
class BalanceSimulationTest {

    private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);
    private static final Duration SOON = POLL_INTERVAL.multipliedBy(3);

    private final VirtualTime time = new VirtualTime();
    private final Faults faults = new Faults(1);
    private final DeliveryLedger ledger = new DeliveryLedger(offset -> false);
    private final InMemoryObjectStore objects = new InMemoryObjectStore(time, InMemoryObjectStore.DEFAULT_PAGE_SIZE);
    private final FlakyCheckpointStore checkpoints = new FlakyCheckpointStore(time, faults, ledger, Sabotage.NONE);
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final List<String> diary = new ArrayList<>();

    @BeforeEach
    void withoutFaults() {
        faults.stop();
    }

    @Test
    void oneWorkerThenFourThenTwo_on64Partitions_isLevelSoonWithoutNeedlessMoves() {
        partitions("orders", 64);
        start(1, Integer.MAX_VALUE, "orders");
        pass(SOON);
        assertThat(loads()).containsExactly(64);
        long taken = taken();

        start(3, Integer.MAX_VALUE, "orders");
        pass(SOON);
        assertThat(loads()).containsOnly(16).hasSize(4);
        assertThat(taken() - taken).as("moves").isEqualTo(48);
        taken = taken();

        workers.get(0).close();
        workers.get(2).close();
        pass(SOON);
        assertThat(loads()).containsOnly(32).hasSize(2);
        assertThat(taken() - taken).as("moves").isEqualTo(32);
    }

    @Test
    void workersThatDie_areReplacedOnceTheirLeasesEnd() {
        partitions("orders", 64);
        start(4, Integer.MAX_VALUE, "orders");
        pass(SOON);
        assertThat(loads()).containsOnly(16).hasSize(4);

        workers.get(0).kill();
        workers.get(2).kill();
        pass(Duration.ofSeconds(30).plus(SOON));
        assertThat(loads()).containsOnly(32).hasSize(2);
    }

    @Test
    void tenPartitionsOnFourWorkers_areSharedThreeThreeTwoTwo() {
        partitions("orders", 10);
        start(4, Integer.MAX_VALUE, "orders");
        pass(SOON);
        assertThat(loads()).containsExactlyInAnyOrder(3, 3, 2, 2);
    }

    @Test
    void threePartitionsOnFiveWorkers_areTakenByThree() {
        partitions("orders", 3);
        start(5, Integer.MAX_VALUE, "orders");
        pass(SOON);
        assertThat(loads()).containsExactlyInAnyOrder(1, 1, 1);
    }

    @Test
    void capacitiesAndSubscriptionsOfManyKinds_areLevelWithinThem() {
        partitions("orders", 12);
        partitions("payments", 12);
        start(1, 2, "orders", "payments");
        start(1, Integer.MAX_VALUE, "orders");
        start(2, Integer.MAX_VALUE, "orders", "payments");
        pass(SOON.multipliedBy(2));
        assertThat(loads()).containsExactlyInAnyOrder(2, 7, 7, 8);
    }

    @Test
    void twentyThatJoinAtOnce_hardlyGetInEachOthersWay() {
        partitions("orders", 100);
        start(20, Integer.MAX_VALUE, "orders");
        pass(SOON);
        assertThat(loads()).containsOnly(5).hasSize(20);
        assertThat(checkpoints.conflicts()).isLessThanOrEqualTo(checkpoints.acquisitions() / 5);
    }

    private void partitions(String topic, int count) {
        for (int i = 0; i < count; i++) {
            objects.put("production/" + topic + "/" + i + "/unrelated", new byte[0]);
        }
    }

    private void start(int count, int maxPartitions, String... topics) {
        Settings settings = new Settings(
                "balanced",
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                POLL_INTERVAL,
                POLL_INTERVAL,
                POLL_INTERVAL,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                8192,
                3,
                5,
                4,
                false,
                maxPartitions);
        for (int i = 0; i < count; i++) {
            SimulatedWorker worker = new SimulatedWorker(
                    "worker " + workers.size(),
                    diary::add,
                    time,
                    faults,
                    ledger,
                    Sabotage.NONE,
                    settings,
                    objects,
                    "production",
                    checkpoints,
                    Variant.PLAIN,
                    new SimulatedTable(ledger),
                    Set.of(topics));
            workers.add(worker);
            time.after(faults.millis(0, 100), worker::start);
        }
    }

    private void pass(Duration duration) {
        time.runUntil(time.nanoTime() + duration.toNanos());
        ledger.throwIfBroken();
    }

    /** Partitions owned, by those who own any. */
    private Collection<Integer> loads() {
        List<String> owners = checkpoints.inspect("balanced").view().owners().values().stream()
                .map(Lease::memberId)
                .toList();
        return owners.stream()
                .distinct()
                .map(owner -> Collections.frequency(owners, owner))
                .toList();
    }

    private long taken() {
        return Stream.of(diary)
                .flatMap(List::stream)
                .filter(line -> line.contains("acquired with epoch"))
                .count();
    }
}
