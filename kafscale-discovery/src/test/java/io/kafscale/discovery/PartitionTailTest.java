package io.kafscale.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionTailTest {

    private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final List<String> orphans = new ArrayList<>();
    private final PartitionTail tail = new PartitionTail(PARTITION, 0, 0, GRACE, half -> orphans.add(half.key()));
    private long now;

    @Test
    void pairs_areReadyInOrder_andEachDeliveredWhole() {
        list(pair(0), pair(5), pair(10));
        assertThat(readyBases()).containsExactly(0L, 5L, 10L);
        assertThat(admitHead(4)).isEqualTo(new PartitionTail.Admission(0, 5, 0, 0, 0));
        complete(5);
        assertThat(readyBases()).containsExactly(5L, 10L);
        assertThat(tail.expected()).isEqualTo(5);
        assertThat(tail.listFrom()).isEqualTo(1);
    }

    @Test
    void loneHalf_holdsUpWhatFollows_untilItsPairIsThere() {
        list(pair(0), segmentOnly(5), pair(10));
        assertThat(readyBases()).containsExactly(0L);
        list(pair(0), pair(5), pair(10));
        assertThat(readyBases()).containsExactly(0L, 5L, 10L);
        assertThat(orphans).isEmpty();
    }

    @Test
    void loneHalf_pastTheGrace_isOnlyCondemnedByAnotherListing() {
        list(segmentOnly(0), pair(5));
        Long until = tail.heldUntilNanos();
        assertThat(until).isEqualTo(GRACE.toNanos());
        now = until;
        tail.graceEnded();
        assertThat(readyBases()).isEmpty();
        assertThat(tail.wantsListing()).isTrue();
        list(segmentOnly(0), pair(5));
        assertThat(readyBases()).containsExactly(5L);
        assertThat(orphans).containsExactly("0.kfs");
        list(segmentOnly(0), pair(5));
        assertThat(orphans).as("reported once").hasSize(1);
    }

    @Test
    void loneHalf_muchOlderThanTheNewestObject_isNotWaitedFor() {
        list(segmentOnly(0), pairAt(5, LONG_AGO.plus(GRACE)));
        assertThat(readyBases()).containsExactly(5L);
        assertThat(orphans).containsExactly("0.kfs");
    }

    @Test
    void indexMuchYoungerThanItsSegment_isARewriteUnderWay_andHeld() {
        ListedSegment rewriting =
                new ListedSegment(0, object("0.kfs", LONG_AGO), object("0.index", LONG_AGO.plusSeconds(6)));
        list(rewriting);
        assertThat(readyBases()).isEmpty();
        list(new ListedSegment(
                0, object("0.kfs", LONG_AGO.plusSeconds(7)), object("0.index", LONG_AGO.plusSeconds(6))));
        assertThat(readyBases()).containsExactly(0L);
    }

    @Test
    void hole_isBelievedOnlyAfterAListingBegunSince() {
        list(pair(0), pair(10));
        complete(admitHead(4).until());
        assertThat(admitHead(14)).isNull();
        assertThat(tail.wantsListing()).isTrue();
        long from = tail.beginListing();
        assertThat(admitHead(14)).as("while the listing is under way").isNull();
        tail.listed(new SegmentListing(PARTITION, from, List.of(pair(0), pair(10)), false), now);
        assertThat(admitHead(14)).isEqualTo(new PartitionTail.Admission(10, 15, 5, 0, 0));
    }

    @Test
    void hole_aListingThatWasUnderWayWhenItWasSeen_provesNothing() {
        list(pair(0), pair(10));
        complete(admitHead(4).until());
        long from = tail.beginListing();
        assertThat(admitHead(14)).isNull();
        tail.listed(new SegmentListing(PARTITION, from, List.of(pair(10)), false), now);
        assertThat(admitHead(14)).isNull();
    }

    @Test
    void hole_aListingThatFailed_provesNothing() {
        list(pair(0), pair(10));
        complete(admitHead(4).until());
        assertThat(admitHead(14)).isNull();
        tail.beginListing();
        tail.listingFailed();
        assertThat(admitHead(14)).isNull();
        assertThat(tail.wantsListing()).isTrue();
    }

    @Test
    void hole_thatTheSecondListingFills_isNone() {
        list(pair(0), pair(10));
        complete(admitHead(4).until());
        assertThat(admitHead(14)).isNull();
        list(pair(5), pair(10));
        assertThat(admitHead(9)).isEqualTo(new PartitionTail.Admission(5, 10, 5, 0, 0));
    }

    @Test
    void hole_isBelievedOnlyWhenTheListingHasReachedItsEnd() {
        list(pair(0), pair(10));
        complete(admitHead(4).until());
        assertThat(admitHead(14)).isNull();
        long from = tail.beginListing();
        tail.listed(new SegmentListing(PARTITION, from, List.of(pair(0)), true), now);
        assertThat(admitHead(14)).as("the page ended before the hole").isNull();
        assertThat(tail.wantsListing()).isTrue();
        assertThat(tail.beginListing()).isEqualTo(1);
        tail.listed(new SegmentListing(PARTITION, 1, List.of(pair(10)), false), now);
        assertThat(admitHead(14)).isNotNull();
    }

    @Test
    void poll_showsWhetherTheSegmentDealtWithLastIsStillThere() {
        list(pair(0));
        complete(admitHead(4).until());
        list(pair(0));
        assertThat(tail.isAnchored()).isTrue();
        assertThat(tail.isIdle()).isTrue();
        assertThat(readyBases()).as("not a second time").isEmpty();
        list();
        assertThat(tail.isAnchored()).isFalse();
    }

    @Test
    void logThatBeginsAboveZero_isNotAGap_butConfirmedToo() {
        list(pair(500));
        assertThat(admitHead(509)).isNull();
        list(pair(500));
        assertThat(admitHead(509)).isEqualTo(new PartitionTail.Admission(500, 510, 500, 0, 0));
    }

    @Test
    void segmentThatReachesIntoTheNext_givesWayToIt() {
        list(pair(0), pair(5), pair(10));
        assertThat(admitHead(9)).isEqualTo(new PartitionTail.Admission(0, 5, 0, 0, 5));
    }

    @Test
    void segmentThatRepeatsWhatWasDelivered_isDeliveredFromThereOn() {
        list(pair(0));
        complete(admitHead(9).until());
        list(pair(5));
        assertThat(admitHead(14)).isEqualTo(new PartitionTail.Admission(10, 15, 10, 5, 0));
    }

    @Test
    void segmentWhollyDelivered_yieldsNothing_andMovesNothing() {
        list(pair(0));
        complete(admitHead(9).until());
        list(pair(5));
        PartitionTail.Admission admission = admitHead(7);
        assertThat(admission.from()).isEqualTo(admission.until());
        assertThat(admission.droppedBelow()).isEqualTo(3);
        complete(admission.until());
        assertThat(tail.expected()).isEqualTo(10);
    }

    @Test
    void startInsideASegment_isNoOverlap() {
        PartitionTail resumed = new PartitionTail(PARTITION, 0, 3, GRACE, half -> {});
        resumed.beginListing();
        resumed.listed(new SegmentListing(PARTITION, 0, List.of(pair(0)), false), now);
        assertThat(resumed.admit(resumed.head(), 4)).isEqualTo(new PartitionTail.Admission(3, 5, 3, 0, 0));
    }

    @Test
    void changedSegment_isTakenOutUntilItIsListedAgain() {
        list(pair(0), pair(5));
        tail.changed(tail.head());
        assertThat(readyBases()).isEmpty();
        assertThat(tail.wantsListing()).isTrue();
        list(pairAt(0, LONG_AGO.plusSeconds(9)), pair(5));
        assertThat(readyBases()).containsExactly(0L, 5L);
    }

    @Test
    void longLog_isListedOnFromWhereThePageEnded() {
        assertThat(tail.beginListing()).isZero();
        tail.listed(new SegmentListing(PARTITION, 0, List.of(pair(0), pair(5)), true), now);
        assertThat(tail.wantsListing()).isTrue();
        assertThat(tail.beginListing()).isEqualTo(6);
        tail.listed(new SegmentListing(PARTITION, 6, List.of(pair(10)), false), now);
        assertThat(readyBases()).containsExactly(0L, 5L, 10L);
        assertThat(tail.wantsListing()).isFalse();
        assertThat(tail.beginListing())
                .as("a poll lists from what is not yet delivered")
                .isZero();
    }

    private void list(ListedSegment... segments) {
        long from = tail.beginListing();
        tail.listed(new SegmentListing(PARTITION, from, List.of(segments), false), now);
    }

    private PartitionTail.Admission admitHead(long lastOffset) {
        return tail.admit(tail.head(), lastOffset);
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
        return pairAt(base, LONG_AGO);
    }

    private static ListedSegment pairAt(long base, Instant modified) {
        return new ListedSegment(base, object(base + ".kfs", modified), object(base + ".index", modified));
    }

    private static ListedSegment segmentOnly(long base) {
        return new ListedSegment(base, object(base + ".kfs", LONG_AGO), null);
    }

    private static ObjectEntry object(String key, Instant modified) {
        return new ObjectEntry(key, 100, "etag-" + modified, modified);
    }
}
