package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.discovery.SegmentKey;
import io.kafscale.discovery.SegmentKey.Half;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentListerFloorTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final int MANY = 100_000;

    /** How far one segment is from the next, by the number of the segment. */
    enum Spacing {
        ONE_RECORD_EACH,
        A_THOUSAND_RECORDS_EACH,
        SMALL_THEN_LARGE,
        LARGE_THEN_SMALL,
        MIXED,
        A_GREAT_GAP;

        long distance(int segment) {
            return switch (this) {
                case ONE_RECORD_EACH -> 1;
                case A_THOUSAND_RECORDS_EACH -> 1_000;
                case SMALL_THEN_LARGE -> segment < MANY / 2 ? 1 : 100_000;
                case LARGE_THEN_SMALL -> segment < MANY / 2 ? 100_000 : 1;
                case MIXED -> 1 + (segment * 7_919L) % 10_007;
                case A_GREAT_GAP -> segment == MANY / 3 ? 1L << 40 : 10;
            };
        }
    }

    private final InMemoryObjectStore store = new InMemoryObjectStore();
    private final SegmentLister lister = SegmentLister.create(store, "prod");
    private final TreeSet<Long> bases = new TreeSet<>();

    @ParameterizedTest
    @EnumSource
    void floor_of100000Segments_isFoundInAtMost40Requests(Spacing spacing) throws IOException {
        long base = 5_000_000;
        for (int i = 0; i < MANY; i++) {
            putPair(base);
            base += spacing.distance(i);
        }
        Random random = new Random(7);
        long most = assertFound(Long.MAX_VALUE);
        for (long offset : new long[] {base, base - 1, bases.last(), bases.first(), bases.first() - 1, 0}) {
            most = Math.max(most, assertFound(offset));
        }
        Long[] all = bases.toArray(Long[]::new);
        for (int i = 0; i < 40; i++) {
            long at = all[random.nextInt(all.length)];
            most = Math.max(most, assertFound(at + random.nextLong(spacing.distance(random.nextInt(MANY)))));
            most = Math.max(most, assertFound(random.nextLong(base)));
        }
        assertThat(most).isLessThanOrEqualTo(40);
    }

    @Test
    void floor_atASegmentsBase_isOneRequest() throws IOException {
        for (long base = 0; base < 5_000; base++) {
            putPair(base * 10);
        }

        assertThat(assertFound(43_210)).isEqualTo(1);
    }

    @Test
    void floor_ofASmallPartition_isTwoRequests() throws IOException {
        putPair(100);
        putPair(200);

        assertThat(assertFound(150)).isEqualTo(2);
        assertThat(assertFound(99)).isEqualTo(2);
        assertThat(assertFound(Long.MAX_VALUE)).isEqualTo(2);
    }

    @Test
    void floor_ofAnEmptyPartition_isNone() throws IOException {
        assertThat(lister.floor(ORDERS_0, 0)).isEqualTo(-1);
        assertThat(lister.floor(ORDERS_0, Long.MAX_VALUE)).isEqualTo(-1);
    }

    @Test
    void floor_amongOrphansAndPagesOfAnySize_isTheSameAsOneByOne() throws IOException {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            InMemoryObjectStore small = new InMemoryObjectStore(InstantSource.system(), 1 + random.nextInt(7));
            SegmentLister smallLister = SegmentLister.create(small, "prod");
            TreeSet<Long> segments = new TreeSet<>();
            long base = random.nextInt(50);
            for (int i = random.nextInt(60); i > 0; i--) {
                int halves = random.nextInt(4);
                if (halves != 0) {
                    small.put(key(base, Half.SEGMENT), new byte[1]);
                }
                if (halves > 1) {
                    segments.add(base);
                }
                if (halves != 1) {
                    small.put(key(base, Half.INDEX), new byte[1]);
                }
                base += 1 + random.nextInt(20);
            }
            for (int i = 0; i < 20; i++) {
                long offset = random.nextLong(base + 20);
                Long expected = segments.floor(offset);
                assertThat(smallLister.floor(ORDERS_0, offset))
                        .as("round %d, floor of %d in %s", round, offset, segments)
                        .isEqualTo(expected == null ? -1 : expected);
            }
        }
    }

    private long assertFound(long offset) throws IOException {
        Long expected = bases.floor(offset);
        store.resetCounts();
        assertThat(lister.floor(ORDERS_0, offset)).isEqualTo(expected == null ? -1 : expected);
        return store.lists();
    }

    private void putPair(long base) {
        store.put(key(base, Half.SEGMENT), new byte[1]);
        store.put(key(base, Half.INDEX), new byte[1]);
        bases.add(base);
    }

    private static String key(long base, Half half) {
        return new SegmentKey("prod", ORDERS_0, base, half).key();
    }
}
