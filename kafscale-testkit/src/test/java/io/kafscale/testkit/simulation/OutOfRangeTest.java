package io.kafscale.testkit.simulation;

import static io.kafscale.testkit.simulation.SegmentFiles.orders;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.processor.OutOfRangePolicy;
import io.kafscale.processor.OverlapPolicy;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Checkpoints that no longer lie in their log, on either side. */
class OutOfRangeTest {

    private static final TopicPartition ORDERS_0 = orders(0);

    private final VirtualTime time = new VirtualTime();
    private final InMemoryObjectStore objects = new InMemoryObjectStore(time, InMemoryObjectStore.DEFAULT_PAGE_SIZE);
    private final SegmentFiles files = new SegmentFiles(time, objects);
    private final InMemoryCheckpointStore checkpoints = new InMemoryCheckpointStore(time::nanoTime);

    @Test
    void unreadSegmentsDeletedWhileStopped_byDefault_thePartitionStopsAndSaysSo() {
        read10ThenDeleteUpTo(20);
        CalmWorker worker = start(OutOfRangePolicy.STOP);
        run(Duration.ofHours(3));
        assertThat(worker.delivered(ORDERS_0)).isEmpty();
        assertThat(outOfRange(worker))
                .containsExactly(new ProcessorEvent.OutOfRange(ORDERS_0, 10, 20, 30, OutOfRangePolicy.STOP));
        assertThat(committed().nextOffset()).isEqualTo(10);
    }

    @Test
    void unreadSegmentsDeletedWhileStopped_earliest_goesOnWithTheFirst_andCountsTheRest() {
        read10ThenDeleteUpTo(20);
        CalmWorker worker = start(OutOfRangePolicy.EARLIEST);
        run(Duration.ofMinutes(1));
        assertThat(worker.delivered(ORDERS_0)).first().isEqualTo("20=v20");
        assertThat(worker.delivered(ORDERS_0)).hasSize(10);
        assertThat(outOfRange(worker))
                .containsExactly(new ProcessorEvent.OutOfRange(ORDERS_0, 10, 20, 30, OutOfRangePolicy.EARLIEST));
        assertThat(committed().nextOffset()).isEqualTo(30);
        assertThat(committed().losses().gapOffsets()).isEqualTo(10);
        assertThat(worker.events).noneMatch(event -> event instanceof ProcessorEvent.Gap);
    }

    @Test
    void unreadSegmentsDeletedWhileStopped_latest_goesOnWithWhatIsWrittenNow_andCountsTheRest() {
        read10ThenDeleteUpTo(20);
        CalmWorker worker = start(OutOfRangePolicy.LATEST);
        run(Duration.ofMinutes(1));
        files.put(0, 30, 5);
        run(Duration.ofMinutes(1));
        assertThat(worker.delivered(ORDERS_0)).first().isEqualTo("30=v30");
        assertThat(worker.delivered(ORDERS_0)).hasSize(5);
        assertThat(committed().losses().gapOffsets()).isEqualTo(20);
    }

    @Test
    void segmentsDeletedUnderAReader_areOutOfRangeToo() {
        files.put(0, 0, 10);
        CalmWorker worker = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(1));
        files.delete(ORDERS_0, 0);
        files.put(0, 50, 10);
        run(Duration.ofMinutes(2));
        assertThat(outOfRange(worker))
                .containsExactly(new ProcessorEvent.OutOfRange(ORDERS_0, 10, 50, 60, OutOfRangePolicy.STOP));
    }

    @Test
    void holeBehindWhatWasRead_isAGap_andNotOutOfRange() {
        files.put(0, 0, 10);
        CalmWorker worker = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(1));
        files.put(0, 50, 10);
        run(Duration.ofMinutes(2));
        assertThat(worker.events).contains(new ProcessorEvent.Gap(ORDERS_0, 10, 50));
        assertThat(outOfRange(worker)).isEmpty();
    }

    @Test
    void holeWhereOnlyWhatWasReadLastIsDeleted_isAGapStill() {
        files.put(0, 0, 5);
        files.put(0, 5, 5);
        CalmWorker worker = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(1));
        files.delete(ORDERS_0, 5);
        files.put(0, 50, 10);
        run(Duration.ofMinutes(2));
        assertThat(worker.events).contains(new ProcessorEvent.Gap(ORDERS_0, 10, 50));
        assertThat(worker.delivered(ORDERS_0)).hasSize(20);
    }

    @Test
    void everythingExpired_isWaitedFor_andReadOnWhereTheLogGoesOn() {
        files.put(0, 0, 10);
        CalmWorker worker = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(1));
        files.delete(ORDERS_0, 0);
        run(Duration.ofHours(5));
        assertThat(outOfRange(worker)).isEmpty();
        files.put(0, 10, 10);
        run(Duration.ofMinutes(2));
        assertThat(worker.delivered(ORDERS_0)).hasSize(20);
        assertThat(outOfRange(worker)).isEmpty();
    }

    @Test
    void offsetsBeginAnew_underAReader_isNoticedWithinMinutes_andNothingIsDelivered() {
        files.put(0, 0, 10);
        CalmWorker worker = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(1));
        files.delete(ORDERS_0, 0);
        files.put(ORDERS_0, 0, 4, "new");
        files.put(ORDERS_0, 4, 3, "new");
        run(Duration.ofMinutes(5));
        // A segment of the same name is there again, so that only the hourly look tells.
        run(Duration.ofHours(1));
        assertThat(outOfRange(worker))
                .containsExactly(new ProcessorEvent.OutOfRange(ORDERS_0, 10, 0, 7, OutOfRangePolicy.STOP));
        assertThat(worker.delivered(ORDERS_0)).hasSize(10).noneMatch(value -> value.contains("new"));
    }

    @Test
    void offsetsBeginAnew_andNoSegmentHasTheNameOfTheLast_isNoticedWithinMinutes() {
        files.put(0, 0, 10);
        files.put(0, 10, 10);
        CalmWorker worker = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(1));
        files.delete(ORDERS_0, 0);
        files.delete(ORDERS_0, 10);
        files.put(ORDERS_0, 0, 4, "new");
        run(Duration.ofMinutes(3));
        ProcessorEvent.OutOfRange event = new ProcessorEvent.OutOfRange(ORDERS_0, 20, 0, 4, OutOfRangePolicy.STOP);
        assertThat(outOfRange(worker)).containsExactly(event);
        assertThat(event.isLogRewound()).isTrue();
        assertThat(event.message())
                .isEqualTo("orders-0 was to be read from offset 20, but its log holds 0 to 3: its objects were deleted,"
                        + " and offsets began anew; the partition is stopped; set its offset, or choose another"
                        + " onOutOfRange, and start again");
    }

    @Test
    void offsetsBegunAnew_whileStopped_isNoticedAtAcquisition_earliestReadsThemAll() {
        files.put(0, 0, 10);
        files.put(0, 10, 10);
        CalmWorker first = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(1));
        long epoch = committed().epoch();
        first.close();
        run(Duration.ofMinutes(1));
        files.delete(ORDERS_0, 0);
        files.delete(ORDERS_0, 10);
        files.put(ORDERS_0, 0, 4, "new");
        CalmWorker second = start(OutOfRangePolicy.EARLIEST);
        run(Duration.ofMinutes(3));
        assertThat(second.delivered(ORDERS_0)).containsExactly("0=new0", "1=new1", "2=new2", "3=new3");
        assertThat(outOfRange(second))
                .containsExactly(new ProcessorEvent.OutOfRange(ORDERS_0, 20, 0, 4, OutOfRangePolicy.EARLIEST));
        assertThat(committed().nextOffset()).isEqualTo(4);
        assertThat(committed().epoch()).as("never falls").isGreaterThan(epoch);
        files.put(ORDERS_0, 4, 1, "new");
        run(Duration.ofMinutes(1));
        assertThat(second.delivered(ORDERS_0)).last().isEqualTo("4=new4");
    }

    @Test
    void offsetsBegunAnew_latest_countsWhatIsPassedOver() {
        files.put(0, 0, 10);
        files.put(0, 10, 10);
        CalmWorker worker = start(OutOfRangePolicy.LATEST);
        run(Duration.ofMinutes(1));
        files.delete(ORDERS_0, 0);
        files.delete(ORDERS_0, 10);
        files.put(ORDERS_0, 0, 4, "new");
        run(Duration.ofMinutes(3));
        files.put(ORDERS_0, 4, 1, "new");
        run(Duration.ofMinutes(1));
        assertThat(worker.delivered(ORDERS_0)).hasSize(21).last().isEqualTo("4=new4");
        assertThat(committed().losses().gapOffsets()).isEqualTo(4);
    }

    @Test
    void everythingDeleted_thenBegunAnew_isNoticedAsSoonAsItBegins() {
        files.put(0, 0, 10);
        CalmWorker worker = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(1));
        files.delete(ORDERS_0, 0);
        run(Duration.ofMinutes(30));
        files.put(ORDERS_0, 0, 4, "new");
        run(Duration.ofMinutes(2));
        assertThat(outOfRange(worker)).hasSize(1);
    }

    @Test
    void goCheckpointAboveTheEnd_isNoticedAtAcquisition() throws Exception {
        files.put(0, 0, 10);
        var session = checkpoints.join(CalmWorker.GROUP, Duration.ofSeconds(30));
        var acquired = (io.kafscale.checkpoint.Acquisition.Acquired) session.acquire(ORDERS_0);
        session.commit(List.of(new io.kafscale.checkpoint.Commit(acquired.lease(), Checkpoint.at(100))));
        session.release(acquired.lease());
        CalmWorker worker = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(2));
        assertThat(outOfRange(worker))
                .containsExactly(new ProcessorEvent.OutOfRange(ORDERS_0, 100, 0, 10, OutOfRangePolicy.STOP));
    }

    @Test
    void overlapAtTheVeryEnd_isNotARewoundLog() {
        files.put(0, 0, 10);
        CalmWorker worker = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(1));
        files.put(ORDERS_0, 5, 2, "other broker");
        run(Duration.ofHours(3));
        assertThat(outOfRange(worker)).isEmpty();
        assertThat(worker.events).anyMatch(event -> event instanceof ProcessorEvent.Overlap);
        files.put(0, 10, 5);
        run(Duration.ofMinutes(1));
        assertThat(worker.delivered(ORDERS_0)).hasSize(15);
    }

    @Test
    void overlap_withPolicyStop_stopsBeforeIt() {
        files.put(0, 0, 5);
        files.put(0, 5, 5);
        files.put(0, 8, 5);
        CalmWorker worker = new CalmWorker(time, objects, checkpoints, OutOfRangePolicy.STOP, OverlapPolicy.STOP);
        worker.start();
        run(Duration.ofMinutes(5));
        assertThat(worker.delivered(ORDERS_0)).hasSize(5);
        assertThat(worker.events)
                .filteredOn(event -> event instanceof ProcessorEvent.StoppedAtOverlap)
                .containsExactly(new ProcessorEvent.StoppedAtOverlap(
                        ORDERS_0, "production/orders/0/segment-00000000000000000005.kfs", 8, 10));
        assertThat(committed().nextOffset()).isEqualTo(5);
        assertThat(worker.bufferedBytes()).isZero();
    }

    /** Offsets 0 to 10 are read, and then nothing below {@code until} is there any more; the log goes on to 30. */
    private void read10ThenDeleteUpTo(int until) {
        files.put(0, 0, 10);
        CalmWorker first = start(OutOfRangePolicy.STOP);
        run(Duration.ofMinutes(1));
        first.close();
        run(Duration.ofMinutes(1));
        assertThat(committed().nextOffset()).isEqualTo(10);
        files.delete(ORDERS_0, 0);
        files.put(0, until, 30 - until);
    }

    private CalmWorker start(OutOfRangePolicy policy) {
        CalmWorker worker = new CalmWorker(time, objects, checkpoints, policy, OverlapPolicy.REPORT);
        worker.start();
        return worker;
    }

    private void run(Duration duration) {
        time.runUntil(time.nanoTime() + duration.toNanos());
    }

    private Checkpoint committed() {
        return Objects.requireNonNull(checkpoints.checkpoint(CalmWorker.GROUP, ORDERS_0));
    }

    private static List<ProcessorEvent> outOfRange(CalmWorker worker) {
        return worker.events.stream()
                .filter(event -> event instanceof ProcessorEvent.OutOfRange)
                .toList();
    }
}
