package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.discovery.ListedSegment;
import io.kafscale.discovery.LogRange;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.discovery.TopicListing;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where a log begins and ends, where a time lies in it, and several partitions in one listing. */
class SegmentListerPositionTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final long CREATED = 1_767_225_600_000L;
    private static final int MANY = 100_000;

    private final InMemoryObjectStore store = new InMemoryObjectStore();
    private final SegmentLister lister = SegmentLister.create(store, "production");

    @Test
    void end_isTheFootersLastOffsetPlusOne() throws IOException {
        put(store, ORDERS_0, 0, 10, CREATED);
        put(store, ORDERS_0, 10, 7, CREATED);
        assertThat(lister.end(ORDERS_0)).isEqualTo(17);
    }

    @Test
    void end_ofALogWhoseLastSegmentIsHalf_isThatOfTheOneBefore() throws IOException {
        put(store, ORDERS_0, 0, 10, CREATED);
        store.put("production/orders/0/segment-00000000000000000010.index", new byte[28]);
        assertThat(lister.end(ORDERS_0)).isEqualTo(10);
    }

    @Test
    void ends_ofAnEmptyLog_are0() throws IOException {
        assertThat(lister.end(ORDERS_0)).isZero();
        assertThat(lister.range(ORDERS_0, 5, 3)).isEqualTo(LogRange.EMPTY);
        assertThat(lister.atTimestamp(ORDERS_0, CREATED)).isZero();
    }

    @Test
    void range_whereAnEarlierSegmentReachesFurther_isThatFar() throws IOException {
        put(store, ORDERS_0, 20, 10, CREATED);
        put(store, ORDERS_0, 22, 2, CREATED);
        assertThat(lister.range(ORDERS_0, 30, 22)).isEqualTo(new LogRange(20, 30));
        assertThat(lister.range(ORDERS_0, 24, 22))
                .as("no further than is asked for")
                .isEqualTo(new LogRange(20, 24));
    }

    @Test
    void positions_in100000Segments_areFoundInAtMost40Lists() throws IOException {
        for (int i = 0; i < MANY; i++) {
            put(store, ORDERS_0, 1_000 + 3L * i, 3, CREATED + 100L * i);
        }
        store.resetCounts();
        assertThat(lister.end(ORDERS_0)).isEqualTo(1_000 + 3L * MANY);
        assertThat(store.lists()).isLessThanOrEqualTo(40);
        assertThat(store.reads()).isEqualTo(1);

        store.resetCounts();
        assertThat(lister.range(ORDERS_0, 1_000 + 3L * MANY, 1_000 + 3L * (MANY - 1)))
                .isEqualTo(new LogRange(1_000, 1_000 + 3L * MANY));
        assertThat(store.lists()).isEqualTo(2);

        Random random = new Random(5);
        for (int i = 0; i < 30; i++) {
            int segment = random.nextInt(MANY);
            store.resetCounts();
            assertThat(lister.atTimestamp(ORDERS_0, CREATED + 100L * segment)).isEqualTo(1_000 + 3L * segment);
            assertThat(store.lists()).isLessThanOrEqualTo(40);
            assertThat(store.reads()).isLessThanOrEqualTo(60);
            assertThat(lister.atTimestamp(ORDERS_0, CREATED + 100L * segment + 1))
                    .isEqualTo(1_000 + 3L * (segment + 1));
        }
        assertThat(lister.atTimestamp(ORDERS_0, 0)).isEqualTo(1_000);
        assertThat(lister.atTimestamp(ORDERS_0, Long.MAX_VALUE)).isEqualTo(1_000 + 3L * MANY);
    }

    @Test
    void topicListing_isWhatEachPartitionsListingIs_inNoMoreRequests() throws IOException {
        Random random = new Random(3);
        int saved = 0;
        for (int round = 0; round < 300; round++) {
            InMemoryObjectStore small = new InMemoryObjectStore(InstantSource.system(), 1 + random.nextInt(40));
            SegmentLister smallLister = SegmentLister.create(small, "production");
            Map<TopicPartition, Long> from = new HashMap<>();
            for (int partition = 0; partition < 13; partition++) {
                long base = random.nextInt(30);
                for (int i = random.nextInt(6); i > 0; i--) {
                    String stem = "production/orders/%d/segment-%020d".formatted(partition, base);
                    int halves = random.nextInt(5);
                    if (halves != 0) {
                        small.put(stem + ".kfs", new byte[1]);
                    }
                    if (halves != 1) {
                        small.put(stem + ".index", new byte[1]);
                    }
                    base += 1 + random.nextInt(20);
                }
                if (random.nextInt(4) > 0) {
                    from.put(new TopicPartition("orders", partition), (long) random.nextInt(100));
                }
            }
            small.put("production/orders/lfs/2026/01/01/obj-1", new byte[1]);
            small.put("production/orders/1/segment-00000000000000000001.kfst", new byte[1]);
            small.resetCounts();

            TopicListing together = smallLister.list("orders", from);

            assertThat(small.lists()).isEqualTo(together.requests());
            assertThat(together.requests())
                    .isLessThanOrEqualTo(1 + together.listings().size());
            for (SegmentListing listing : together.listings()) {
                SegmentListing alone = smallLister.list(listing.partition(), from.get(listing.partition()));
                assertThat(listing.fromBaseOffset()).isEqualTo(alone.fromBaseOffset());
                if (listing.truncated()) {
                    assertThat(alone.segments()).startsWith(listing.segments().toArray(new ListedSegment[0]));
                } else if (!alone.truncated()) {
                    assertThat(listing).isEqualTo(alone);
                }
            }
            saved += together.isSaving() && together.listings().size() == from.size() ? 1 : 0;
        }
        assertThat(saved).isPositive();
    }

    @Test
    void topicListing_ofATopicThatFitsAPage_isOneRequest() throws IOException {
        Map<TopicPartition, Long> from = new HashMap<>();
        for (int partition = 0; partition < 50; partition++) {
            put(store, new TopicPartition("orders", partition), 0, 1, CREATED);
            from.put(new TopicPartition("orders", partition), 0L);
        }
        TopicListing listing = lister.list("orders", from);
        assertThat(listing.requests()).isEqualTo(1);
        assertThat(listing.listings()).hasSize(50);
    }

    @Test
    void topicListing_ofLongPartitions_isGivenUpAtOnce() throws IOException {
        for (int partition = 0; partition < 3; partition++) {
            for (int i = 0; i < 600; i++) {
                put(store, new TopicPartition("orders", partition), i, 1, CREATED);
            }
        }
        TopicListing listing = lister.list(
                "orders",
                Map.of(ORDERS_0, 599L, new TopicPartition("orders", 1), 599L, new TopicPartition("orders", 2), 599L));
        assertThat(listing.requests()).isEqualTo(1);
        assertThat(listing.listings()).extracting(SegmentListing::partition).isEqualTo(List.of(ORDERS_0));
    }

    private static void put(InMemoryObjectStore store, TopicPartition partition, long base, int records, long created) {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (int i = 0; i < records; i++) {
            batch.record("k", "v");
        }
        WrittenSegment segment =
                new SegmentWriter(base, created).append(batch.build()).finish();
        String folder = "production/" + partition.topic() + "/" + partition.partition() + "/";
        store.put(folder + segment.indexName(), segment.index());
        store.put(folder + segment.segmentName(), segment.segment());
    }
}
