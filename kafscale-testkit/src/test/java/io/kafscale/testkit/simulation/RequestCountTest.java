package io.kafscale.testkit.simulation;

import static io.kafscale.testkit.simulation.SegmentFiles.orders;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.processor.OutOfRangePolicy;
import io.kafscale.processor.OverlapPolicy;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.testkit.CountingObjectStore;
import io.kafscale.testkit.InMemoryObjectStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests are what discovery costs. Each count here is one that the design promises. */
class RequestCountTest {

    private static final int MANY = 100_000;

    private final VirtualTime time = new VirtualTime();
    private final InMemoryObjectStore objects = new InMemoryObjectStore(time, InMemoryObjectStore.DEFAULT_PAGE_SIZE);
    private final CountingObjectStore counted = new CountingObjectStore(objects);
    private final SegmentFiles files = new SegmentFiles(time, objects);
    private final InMemoryCheckpointStore checkpoints = new InMemoryCheckpointStore(time::nanoTime);

    @Test
    void newSegments_costAGetEach_andAListForEachPartitionAndPage() {
        int partitions = 20;
        int each = 300;
        longPartitions(partitions);
        start();
        run(Duration.ofMinutes(2));
        worker.close();
        run(Duration.ofMinutes(2));
        counted.reset();
        for (int partition = 0; partition < partitions; partition++) {
            for (int i = 0; i < each; i++) {
                files.put(partition, 1_000 + i, 1);
            }
        }
        start();
        while (worker.deliveries() < partitions * each) {
            run(Duration.ofMillis(100));
        }

        int segments = partitions * each;
        assertThat(counted.reads()).isEqualTo(segments);
        assertThat(counted.lists()).isLessThanOrEqualTo(partitions + ceil(3L * segments, 1000));
    }

    @Test
    void backlog_ofAFreshGroup_costsAGetEach_andAListForEachPartitionAndPage() {
        int partitions = 3;
        int each = 4_000;
        for (int partition = 0; partition < partitions; partition++) {
            for (int i = 0; i < each; i++) {
                files.put(partition, i, 1);
            }
        }
        start();
        while (worker.deliveries() < partitions * each) {
            run(Duration.ofMillis(100));
        }

        int segments = partitions * each;
        assertThat(counted.reads()).isEqualTo(segments);
        assertThat(counted.lists()).isLessThanOrEqualTo(partitions + ceil(3L * segments, 1000));
    }

    @Test
    void gap_costsOneMoreList() {
        files.put(0, 0, 10);
        start();
        run(Duration.ofMinutes(5));
        counted.reset();
        for (int i = 2; i < 50; i++) {
            files.put(0, i * 10L, 9);
        }
        while (worker.deliveries() < 10 + 48 * 9) {
            run(Duration.ofMillis(100));
        }

        assertThat(worker.events)
                .filteredOn(event -> event instanceof ProcessorEvent.Gap)
                .hasSize(48);
        assertThat(counted.lists()).isLessThanOrEqualTo(1 + 48 + ceil(3 * 48, 1000));
    }

    @Test
    void idlePartitions_areListedLessAndLess_downToOnceInTheGreatestInterval() {
        int partitions = 20;
        longPartitions(partitions);
        start();
        run(Duration.ofMinutes(30));
        counted.reset();
        run(Duration.ofMinutes(60));

        long polls = Duration.ofMinutes(60).dividedBy(CalmWorker.MAX_POLL);
        // A wait is up to a quarter shorter; and once an hour each log's ends are looked at.
        assertThat(counted.lists()).isBetween(partitions * polls, partitions * (polls * 4 / 3 + 3));
        assertThat(counted.reads()).isLessThanOrEqualTo(2L * partitions);
        long looks = Duration.ofMinutes(60).dividedBy(CalmWorker.MAX_DISCOVERY);
        assertThat(counted.folderLists()).isLessThanOrEqualTo(looks * 4 / 3 + 1);
    }

    @Test
    void idlePartition_thatIsWrittenTo_isPolledAtItsOldPaceAgain() {
        files.put(0, 0, 1);
        start();
        run(Duration.ofMinutes(30));
        files.put(0, 1, 1);
        run(CalmWorker.MAX_POLL);
        assertThat(worker.deliveries()).isEqualTo(2);
        files.put(0, 2, 1);
        run(CalmWorker.POLL);
        assertThat(worker.deliveries()).isEqualTo(3);
    }

    @Test
    void topicWithMorePartitionsThanPages_isListedAsAWhole() {
        int partitions = 400;
        for (int partition = 0; partition < partitions; partition++) {
            for (int i = 0; i < 3; i++) {
                files.put(partition, i, 1); // 2,400 keys: 3 pages
            }
        }
        start();
        run(Duration.ofMinutes(30));
        assertThat(worker.deliveries()).isEqualTo(3 * partitions);
        counted.reset();
        run(Duration.ofMinutes(30));
        long polls = Duration.ofMinutes(30).dividedBy(CalmWorker.MAX_POLL) * 4 / 3 + 1;
        // Looks at the ends of logs, up to two in an hour for each partition, are not polls.
        assertThat(counted.lists()).isLessThanOrEqualTo(polls * 6 + 2L * partitions);

        files.put(123, 3, 1);
        files.put(399, 3, 1);
        run(CalmWorker.MAX_POLL);
        assertThat(worker.deliveries()).isEqualTo(3 * partitions + 2);
    }

    @Test
    void topicWithFewerPartitionsThanPages_isNotListedAsAWhole_butForOneTry() {
        int partitions = 10;
        longPartitions(partitions);
        start();
        run(Duration.ofMinutes(5));
        counted.reset();
        run(CalmWorker.MAX_POLL);
        assertThat(counted.lists()).isBetween((long) partitions, 2L * partitions);
    }

    @Test
    void coldStart_on100000Segments_whoseCheckpointKnowsItsSegment_isOneList() throws Exception {
        manySegments();
        commit(new Checkpoint(MANY - 10, MANY - 10, 1, 0, LossLedger.NONE));
        start();
        run(Duration.ofSeconds(3));
        assertThat(worker.deliveries()).isEqualTo(10);
        assertThat(counted.lists()).isEqualTo(1);
        assertThat(counted.reads()).isEqualTo(10);
        assertThat(counted.folderLists()).isEqualTo(1);
    }

    @Test
    void coldStart_on100000Segments_whoseCheckpointIsAnOffsetAlone_isAtMost40Lists() throws Exception {
        manySegments();
        commit(Checkpoint.at(MANY - 10));
        start();
        run(Duration.ofSeconds(3));
        assertThat(worker.deliveries()).isEqualTo(10);
        assertThat(counted.lists()).isLessThanOrEqualTo(40);
        assertThat(counted.reads()).isEqualTo(10);
    }

    @Test
    void coldStart_withNothingNew_isOneList() throws Exception {
        manySegments();
        commit(new Checkpoint(MANY, MANY, 1, 0, LossLedger.NONE));
        start();
        run(Duration.ofSeconds(3));
        assertThat(counted.lists()).isEqualTo(1);
        assertThat(counted.reads()).isZero();
    }

    private CalmWorker worker;

    private void start() {
        worker = new CalmWorker(time, counted, checkpoints, OutOfRangePolicy.STOP, OverlapPolicy.REPORT);
        worker.start();
    }

    private void run(Duration duration) {
        time.runUntil(time.nanoTime() + duration.toNanos());
        assertThat(worker.events).noneMatch(event -> event instanceof ProcessorEvent.Failed);
    }

    /** So long that a page holds the keys of one partition only. */
    private void longPartitions(int partitions) {
        for (int partition = 0; partition < partitions; partition++) {
            for (int i = 0; i < 1_000; i++) {
                files.put(partition, i, 1);
            }
        }
    }

    private void manySegments() {
        for (int i = 0; i < MANY; i++) {
            files.put(0, i, 1);
        }
    }

    private void commit(Checkpoint checkpoint) throws Exception {
        GroupSession session = checkpoints.join(CalmWorker.GROUP, Duration.ofSeconds(30));
        Acquisition.Acquired acquired = (Acquisition.Acquired) session.acquire(orders(0));
        session.commit(List.of(new Commit(acquired.lease(), checkpoint)));
        session.release(acquired.lease());
        session.leave();
    }

    private static long ceil(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
