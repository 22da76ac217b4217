package io.kafscale.testkit.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.discovery.Finding;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.PartitionCursor;
import io.kafscale.discovery.PartitionReader;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class PartitionReaderTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final String PLACE = "memory/prod/orders/0/";
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final InMemoryObjectStore objects = new InMemoryObjectStore(InstantSource.fixed(NOON), 4);
    private final InterveningStore store = new InterveningStore(objects);
    private final PartitionReader reader = PartitionReader.open(store, "prod", ORDERS_0);
    private final List<Finding> findings = new ArrayList<>();

    // ---- ranges

    @Test
    void range_insideSegments_readsExactlyItsOffsets() throws IOException {
        for (long base = 0; base < 100; base += 10) {
            put(segment(base, 10));
        }
        assertThat(read(reader)).isEqualTo(offsets(0, 100));
        assertThat(read(reader.from(37).until(52))).isEqualTo(offsets(37, 52));
        assertThat(read(reader.from(40).until(50))).isEqualTo(offsets(40, 50));
        assertThat(read(reader.from(99))).isEqualTo(offsets(99, 100));
        assertThat(findings).isEmpty();
    }

    @Test
    void range_empty_readsNothingAndAsksNothing() throws IOException {
        put(segment(0, 10));
        assertThat(read(reader.from(5).until(5))).isEmpty();
        assertThat(read(reader.from(7).until(3))).isEmpty();
        assertThat(objects.lists() + objects.reads()).isZero();
    }

    @Test
    void until_lastSegmentReached_readsNoSegmentBehindIt() throws IOException {
        for (long base = 0; base < 100; base += 10) {
            put(segment(base, 10));
        }
        read(reader.from(20).until(40));
        assertThat(objects.reads()).isEqualTo(2);
    }

    @Test
    void nextOffset_atTheEnd_isWhereALaterReaderGoesOn() throws IOException {
        byte[] control = new RecordBatchBuilder().control().record("k", "v").build();
        put(new SegmentWriter(0, 0).append(batch(3)).append(control).finish());
        try (PartitionCursor records = reader.cursor()) {
            assertThat(records.nextOffset()).isZero();
            while (records.next()) {
                assertThat(records.nextOffset()).isEqualTo(records.offset() + 1);
            }
            assertThat(records.nextOffset()).isEqualTo(4);
            assertThat(records.next()).isFalse();
        }
        put(segment(4, 2));
        assertThat(read(reader.from(4))).containsExactly(4L, 5L);
        assertThat(endOf(reader.until(2))).isEqualTo(2);
        assertThat(endOf(reader.from(60))).isEqualTo(60);
    }

    @Test
    void from_insideALongPartition_costsFewListings() throws IOException {
        InMemoryObjectStore large = new InMemoryObjectStore(InstantSource.fixed(NOON), 1000);
        for (long base = 0; base < 20_000; base += 10) {
            put(large, segment(base, 10));
        }
        PartitionReader one =
                PartitionReader.open(large, "prod", ORDERS_0).from(15_005).until(15_006);
        large.resetCounts();
        try (PartitionCursor records = one.cursor()) {
            assertThat(records.next()).isTrue();
            assertThat(records.offset()).isEqualTo(15_005);
            assertThat(records.next()).isFalse();
        }
        assertThat(large.reads()).isEqualTo(1);
        assertThat(large.lists()).isLessThan(25);
    }

    @Test
    void range_inALargeSegment_fetchesLittleMoreThanIt() throws IOException {
        SegmentWriter writer = new SegmentWriter(0, 0, 1);
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        byte[] batch = new RecordBatchBuilder()
                .record(null, noise, new RecordBatchBuilder.Headers())
                .skipOffsets(99)
                .build();
        for (int i = 0; i < 64; i++) {
            writer.append(batch);
        }
        put(writer.finish());
        assertThat(read(reader.from(6_300))).containsExactly(6_300L);
        assertThat(objects.bytesRead()).isLessThan(3 << 20);
        assertThat(objects.reads()).as("index, header, records with the footer").isEqualTo(3);
        objects.resetCounts();
        assertThat(read(reader.from(3_001).until(3_101))).containsExactly(3_100L);
        assertThat(objects.bytesRead()).isLessThan(4 << 20);
        objects.resetCounts();
        assertThat(read(reader)).hasSize(64);
        assertThat(objects.reads()).isEqualTo(1);
    }

    @Test
    void partition_empty_endsAtOnce() throws IOException {
        assertThat(read(reader)).isEmpty();
        assertThat(read(reader.from(10))).isEmpty();
        assertThat(findings).isEmpty();
    }

    // ---- findings

    @Test
    void log_beginsAboveZero_isNoGapUnlessAskedFor() throws IOException {
        put(segment(1000, 2));
        assertThat(read(reader)).containsExactly(1000L, 1001L);
        assertThat(findings).isEmpty();
        assertThat(read(reader.from(990))).containsExactly(1000L, 1001L);
        assertThat(findings).containsExactly(new Finding.Gap(ORDERS_0, 990, 1000));
    }

    @Test
    void gap_betweenSegments_isToldBeforeTheRecordsBehindIt() throws IOException {
        put(segment(0, 5));
        put(segment(20, 5));
        try (PartitionCursor records = reader.onFinding(findings::add).cursor()) {
            for (int i = 0; i < 5; i++) {
                assertThat(records.next()).isTrue();
                assertThat(findings).isEmpty();
            }
            assertThat(records.next()).isTrue();
            assertThat(records.offset()).isEqualTo(20);
            assertThat(findings).containsExactly(new Finding.Gap(ORDERS_0, 5, 20));
        }
    }

    @Test
    void gap_reachingBeyondUntil_isToldUpToThere() throws IOException {
        put(segment(0, 5));
        put(segment(20, 5));
        assertThat(read(reader.until(10))).isEqualTo(offsets(0, 5));
        assertThat(findings).containsExactly(new Finding.Gap(ORDERS_0, 5, 10));
        assertThat(objects.reads()).isEqualTo(1);
    }

    @Test
    void hole_closedByTheSecondListing_isNoGap() throws IOException {
        put(segment(0, 5));
        put(segment(10, 5));
        AtomicInteger listings = new AtomicInteger();
        store.onList = prefix -> {
            if (listings.incrementAndGet() == 2) {
                put(segment(5, 5));
            }
        };
        assertThat(read(reader)).isEqualTo(offsets(0, 15));
        assertThat(findings).isEmpty();
    }

    @Test
    void overlap_ofTwoBrokers_readsEachOffsetOnceAndTellsTheRest() throws IOException {
        put(segment(0, 10));
        put(segment(6, 10));
        put(segment(20, 10));
        put(segment(22, 2));
        assertThat(read(reader.until(25))).containsExactlyElementsOf(concat(offsets(0, 16), offsets(20, 24)));
        assertThat(findings)
                .containsExactly(
                        new Finding.Overlap(ORDERS_0, PLACE + segment(0, 1).segmentName(), 6, 10),
                        new Finding.Gap(ORDERS_0, 16, 20),
                        new Finding.Overlap(ORDERS_0, PLACE + segment(20, 1).segmentName(), 22, 30));
    }

    @Test
    void strays_inASegment_areToldAndNotRead() throws IOException {
        byte[] two = batch(2);
        byte[] run = Arrays.copyOf(two, 2 * two.length);
        System.arraycopy(two, 0, run, two.length, two.length);
        put(new SegmentWriter(0, 0).append(run).finish());
        put(segment(2, 2));
        assertThat(read(reader)).isEqualTo(offsets(0, 4));
        assertThat(findings)
                .containsExactly(
                        new Finding.Strays(ORDERS_0, PLACE + segment(0, 1).segmentName(), 1, 2));
    }

    @Test
    void half_olderThanTheGrace_isToldWhenPassedOver() throws IOException {
        put(segment(0, 5));
        WrittenSegment orphan = segment(5, 5);
        objects.put("prod/orders/0/" + orphan.segmentName(), orphan.segment(), NOON.minusSeconds(120));
        put(segment(10, 5));
        WrittenSegment indexOnly = segment(15, 5);
        objects.put("prod/orders/0/" + indexOnly.indexName(), indexOnly.index(), NOON.minusSeconds(120));

        assertThat(read(reader)).containsExactlyElementsOf(concat(offsets(0, 5), offsets(10, 15)));
        assertThat(findings)
                .containsExactly(
                        new Finding.Orphan(ORDERS_0, PLACE + orphan.segmentName()),
                        new Finding.Gap(ORDERS_0, 5, 10),
                        new Finding.Orphan(ORDERS_0, PLACE + indexOnly.indexName()));
        findings.clear();
        read(reader.until(3));
        assertThat(findings).isEmpty();
    }

    @Test
    void half_youngerThanTheGrace_endsTheReadingAndSaysWhereToGoOn() throws IOException {
        put(segment(0, 5));
        WrittenSegment half = segment(5, 5);
        objects.put("prod/orders/0/" + half.segmentName(), half.segment(), NOON.minusSeconds(59));
        put(segment(10, 5));

        assertThat(read(reader)).isEqualTo(offsets(0, 5));
        assertThat(findings).containsExactly(new Finding.Unfinished(ORDERS_0, 5));
        assertThat(endOf(reader)).isEqualTo(5);
        findings.clear();
        assertThat(read(reader.grace(Duration.ZERO))).containsExactlyElementsOf(concat(offsets(0, 5), offsets(10, 15)));
        assertThat(findings)
                .containsExactly(
                        new Finding.Orphan(ORDERS_0, PLACE + half.segmentName()), new Finding.Gap(ORDERS_0, 5, 10));
    }

    @Test
    void from_belowWhichAnOrphanLies_beginsInTheSegmentBeforeIt() throws IOException {
        put(segment(0, 100));
        WrittenSegment orphan = segment(50, 5);
        objects.put("prod/orders/0/" + orphan.segmentName(), orphan.segment(), NOON.minusSeconds(120));
        put(segment(100, 5));
        assertThat(read(reader.from(60).until(63))).containsExactly(60L, 61L, 62L);
    }

    // ---- what changes, and what is damaged

    @Test
    void object_rewrittenBetweenListingAndReading_isListedAgain() throws IOException {
        put(segment(0, 5));
        put(segment(5, 1));
        AtomicInteger reads = new AtomicInteger();
        store.onRead = key -> {
            if (key.endsWith("05.kfs") && reads.incrementAndGet() == 1) {
                put(segment(5, 3));
            }
        };
        assertThat(read(reader)).isEqualTo(offsets(0, 8));
        assertThat(findings).isEmpty();
    }

    @Test
    void object_thatIsAnotherOneEachTime_endsInAnError() {
        put(segment(0, 5));
        AtomicInteger count = new AtomicInteger(5);
        store.onRead = key -> put(segment(0, count.incrementAndGet()));
        assertThatThrownBy(() -> read(reader)).isInstanceOf(ObjectChangedException.class);
    }

    @Test
    void segment_corruptOnce_isReadAgain() throws IOException {
        putDamaged(segment(0, 5));
        store.onList = prefix -> {
            if (objects.reads() == 1) {
                put(segment(0, 5));
            }
        };
        assertThat(read(reader)).isEqualTo(offsets(0, 5));
        assertThat(objects.reads()).isEqualTo(2);
    }

    @Test
    void segment_corruptTwice_isThrownWithItsPlaceAfterAllBeforeItWasRead() throws IOException {
        put(segment(0, 5));
        putDamaged(segment(5, 5));
        put(segment(10, 5));
        try (PartitionCursor records = reader.cursor()) {
            for (int i = 0; i < 5; i++) {
                assertThat(records.next()).isTrue();
            }
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(records::next)
                        .isInstanceOf(CorruptSegmentException.class)
                        .hasMessageContaining("memory/prod/orders/0/segment-00000000000000000005.kfs");
            }
            assertThat(records.nextOffset()).isEqualTo(5);
        }
        assertThat(read(reader.from(10))).isEqualTo(offsets(10, 15));
    }

    @Test
    void record_damagedBehindSoundChecksums_isReadAgainWithoutRepeatingWhatCameBefore() throws IOException {
        put(new SegmentWriter(0, 0).append(batch(3)).append(brokenRecord()).finish());
        store.onList = prefix -> {
            if (objects.reads() == 1) {
                put(new SegmentWriter(0, 0).append(batch(3)).append(batch(2)).finish());
            }
        };
        assertThat(read(reader)).isEqualTo(offsets(0, 5));
    }

    @Test
    void store_failsAtAnyCall_goesOnWithTheNextCall() throws IOException {
        for (long base = 0; base < 60; base += 10) {
            put(segment(base, base == 20 ? 5 : 10));
        }
        Random random = new Random(5);
        InterveningStore.Intervention unavailable = what -> {
            if (random.nextInt(3) == 0) {
                throw new IOException("503 for " + what);
            }
        };
        store.onList = unavailable;
        store.onRead = unavailable;
        List<Long> read = new ArrayList<>();
        try (PartitionCursor records = reader.from(3).onFinding(findings::add).cursor()) {
            boolean more = true;
            while (more) {
                try {
                    more = records.next();
                    if (more) {
                        read.add(records.offset());
                    }
                } catch (IOException expected) {
                    assertThat(expected).hasMessageStartingWith("503");
                }
            }
        }
        assertThat(read).containsExactlyElementsOf(concat(offsets(3, 25), offsets(30, 60)));
        assertThat(findings).containsExactly(new Finding.Gap(ORDERS_0, 25, 30));
    }

    // ---- the view

    @Test
    void accessors_withoutACurrentRecord_sayThatThereIsNone() throws IOException {
        put(segment(0, 1));
        PartitionCursor records = reader.cursor();
        assertThatThrownBy(records::offset).isInstanceOf(IllegalStateException.class);
        assertThat(records.next()).isTrue();
        assertThat(records.key().toUtf8()).isEqualTo("k");
        assertThat(records.next()).isFalse();
        assertThatThrownBy(records::value).isInstanceOf(IllegalStateException.class);
        records.close();
        assertThatThrownBy(records::next).isInstanceOf(IllegalStateException.class);
    }

    private List<Long> read(PartitionReader from) throws IOException {
        List<Long> offsets = new ArrayList<>();
        try (PartitionCursor records = from.onFinding(findings::add).cursor()) {
            while (records.next()) {
                offsets.add(records.offset());
            }
        }
        return offsets;
    }

    private static long endOf(PartitionReader from) throws IOException {
        try (PartitionCursor records = from.cursor()) {
            while (records.next()) {
                // Only the end is wanted.
            }
            return records.nextOffset();
        }
    }

    private static List<Long> offsets(long from, long until) {
        return LongStream.range(from, until).boxed().toList();
    }

    private static List<Long> concat(List<Long> first, List<Long> second) {
        List<Long> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static byte[] batch(int records) {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (int i = 0; i < records; i++) {
            batch.record("k", "v" + i);
        }
        return batch.build();
    }

    /** A batch whose header counts one record more than it has, under a sound checksum. */
    private static byte[] brokenRecord() {
        byte[] batch = batch(2);
        ByteBuffer buffer = ByteBuffer.wrap(batch);
        buffer.putInt(23, 2).putInt(57, 3);
        CRC32C crc = new CRC32C();
        crc.update(batch, 21, batch.length - 21);
        buffer.putInt(17, (int) crc.getValue());
        return batch;
    }

    private static WrittenSegment segment(long base, int records) {
        return new SegmentWriter(base, 0).append(batch(records)).finish();
    }

    private void putDamaged(WrittenSegment written) {
        byte[] bytes = written.segment();
        bytes[bytes.length / 2] ^= 1;
        put(written);
        objects.put("prod/orders/0/" + written.segmentName(), bytes);
    }

    private void put(WrittenSegment written) {
        put(objects, written);
    }

    private static void put(InMemoryObjectStore target, WrittenSegment written) {
        target.put("prod/orders/0/" + written.segmentName(), written.segment());
        target.put("prod/orders/0/" + written.indexName(), written.index());
    }
}
