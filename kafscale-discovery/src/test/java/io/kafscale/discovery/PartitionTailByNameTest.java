package io.kafscale.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments that were looked for by name, and what listings make of them afterwards. */
class PartitionTailByNameTest {

    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");

    private final PartitionTail tail = new PartitionTail(PARTITION, 0, 0, Duration.ofSeconds(60), half -> {});

    @Test
    void pair_thatComesNext_isDeliveredWithoutAListing() {
        list();
        assertThat(tail.named(pair(0), 0)).isTrue();
        assertThat(tail.wantsListing()).isFalse();
        assertThat(admitHead(9)).isEqualTo(new PartitionTail.Admission(0, 10, 0, 0, 0));
        complete(10);
        assertThat(tail.named(pair(10), 0)).isTrue();
        assertThat(tail.named(pair(15), 0))
                .as("behind one that is not read yet")
                .isTrue();
        assertThat(readyBases()).containsExactly(10L, 15L);
    }

    @Test
    void beforeTheLogWasListedToItsEnd_nothingMayBeNamed() {
        assertThat(tail.named(pair(0), 0)).isFalse();
        tail.beginListing();
        tail.listed(new SegmentListing(PARTITION, 0, List.of(pair(0)), true), 0);
        assertThat(tail.named(pair(5), 0)).isFalse();
        tail.beginListing();
        tail.listed(new SegmentListing(PARTITION, 1, List.of(), false), 0);
        assertThat(tail.named(pair(5), 0)).isTrue();
    }

    @Test
    void whileAHalfIsWaitedFor_nothingMayBeNamed() {
        list(pair(0), new ListedSegment(5, object("5.kfs", WRITTEN), null));
        assertThat(tail.named(pair(5), 0)).isFalse();
        assertThat(tail.named(pair(10), 0)).isFalse();
    }

    @Test
    void whileAHoleIsSuspected_nothingMayBeNamed() {
        list(pair(5));
        assertThat(admitHead(9)).isNull();
        assertThat(tail.named(pair(10), 0)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {-6, -5, 5, 6})
    void halves_notSurelyOfOneUpload_areLeftToAListing(long secondsLater) {
        list();
        assertThat(tail.named(pairAt(0, WRITTEN, WRITTEN.plusSeconds(secondsLater)), 0))
                .isFalse();
        assertThat(tail.mayBeNamed()).isTrue();
        assertThat(readyBases()).isEmpty();
        assertThat(tail.named(pairAt(0, WRITTEN, WRITTEN.plusSeconds(4)), 0)).isTrue();
    }

    @Test
    void halfASegment_isLeftToAListing() {
        list();
        assertThat(tail.named(new ListedSegment(0, object("0.kfs", WRITTEN), null), 0))
                .isFalse();
    }

    @Test
    void aHoleBeforeIt_isNotBelievedWithoutListings() {
        list();
        assertThat(tail.named(pair(5), 0)).isTrue();
        assertThat(admitHead(9)).isNull();
        assertThat(tail.wantsListing()).isTrue();
        assertThat(tail.beginListing()).isZero();
        tail.listed(new SegmentListing(PARTITION, 0, List.of(pair(5)), false), 0);
        assertThat(admitHead(9)).isEqualTo(new PartitionTail.Admission(5, 10, 5, 0, 0));
    }

    @Test
    void nextListing_coversWhatWasReadByName_andShowsNoneOfItAgain() {
        list(pair(0));
        deliver(9);
        for (long base = 10; base < 50; base += 10) {
            tail.named(pair(base), 0);
            deliver(base + 9);
        }
        assertThat(tail.listFrom()).as("for a later owner").isEqualTo(41);
        assertThat(tail.beginListing()).as("shows what was read last, too").isZero();
        tail.listed(new SegmentListing(PARTITION, 0, List.of(pair(10), pair(20), pair(30), pair(40)), false), 0);
        assertThat(readyBases()).isEmpty();
        assertThat(tail.beginListing()).isEqualTo(40);
    }

    @Test
    void overlapPassedByName_isStillFound_andReadAsFarAsItReachesBeyond() {
        list(pair(0));
        deliver(9);
        tail.named(pair(10), 0);
        deliver(12);
        list(pair(5), pair(10));
        assertThat(readyBases()).containsExactly(5L);
        assertThat(admitHead(19)).isEqualTo(new PartitionTail.Admission(13, 20, 13, 8, 0));
        complete(20);
        assertThat(tail.expected()).isEqualTo(20);
        assertThat(tail.listFrom()).isEqualTo(11);
        list(pair(5), pair(10));
        assertThat(readyBases()).as("once").isEmpty();
        assertThat(tail.beginListing()).isEqualTo(10);
    }

    @Test
    void overlapPassedByName_replacedBeforeItWasRead_isListedAgain_andNothingElse() {
        list(pair(0));
        deliver(9);
        tail.named(pair(10), 0);
        deliver(12);
        list(pair(5), pair(10), pair(13));
        tail.changed(tail.head());
        assertThat(tail.beginListing()).as("shows what was read last, too").isZero();
        tail.listed(new SegmentListing(PARTITION, 0, List.of(pair(5), pair(10), pair(13)), false), 0);
        assertThat(readyBases()).containsExactly(5L, 13L);
    }

    @Test
    void overlapBehindWhatWasReadByName_isDroppedAndReported() {
        list();
        tail.named(pair(0), 0);
        deliver(9);
        list(pair(0), pair(6));
        assertThat(admitHead(14)).isEqualTo(new PartitionTail.Admission(10, 15, 10, 4, 0));
    }

    @Test
    void notYetRead_andListedMeanwhile_isTheSameSegment() {
        list();
        tail.named(pair(0), 0);
        SegmentRef before = tail.head();
        list(pair(0), pair(10));
        assertThat(tail.head()).isEqualTo(before);
        deliver(9);
        deliver(19);
        assertThat(tail.beginListing()).isEqualTo(10);
    }

    @Test
    void aPageFull_isEnoughWithoutAListing() {
        list();
        long base = 0;
        while (tail.named(pair(base), 0)) {
            deliver(base);
            base++;
        }
        assertThat(base).isEqualTo(400);
        list();
        assertThat(tail.mayBeNamed()).isTrue();
    }

    private void list(ListedSegment... segments) {
        long from = tail.beginListing();
        tail.listed(new SegmentListing(PARTITION, from, List.of(segments), false), 0);
    }

    private PartitionTail.Admission admitHead(long lastOffset) {
        return tail.admit(tail.head(), lastOffset);
    }

    private void deliver(long lastOffset) {
        complete(admitHead(lastOffset).until());
    }

    private void complete(long nextOffset) {
        tail.completed(tail.head(), nextOffset);
    }

    private List<Long> readyBases() {
        List<Long> bases = new ArrayList<>();
        tail.ready().forEach(segment -> bases.add(segment.baseOffset()));
        return bases;
    }

    private static ListedSegment pair(long base) {
        return pairAt(base, WRITTEN, WRITTEN);
    }

    private static ListedSegment pairAt(long base, Instant segment, Instant index) {
        return new ListedSegment(base, object(base + ".kfs", segment), object(base + ".index", index));
    }

    private static ObjectEntry object(String key, Instant modified) {
        return new ObjectEntry(key, 100, "etag-" + modified, modified);
    }
}
