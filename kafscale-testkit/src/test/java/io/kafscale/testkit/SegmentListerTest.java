package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kafscale.discovery.FileObjectStore;
import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ListedSegment;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.SegmentKey;
import io.kafscale.discovery.SegmentKey.Half;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.discovery.SegmentListing;
import io.kafscale.discovery.SegmentRef;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Here and not beside the lister, since the store it needs lives here. */
class SegmentListerTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private InMemoryObjectStore store = new InMemoryObjectStore(() -> NOON, 1000);
    private SegmentLister lister = SegmentLister.create(store, "prod");

    @Test
    void partitions_ofANamespace_leaveOutAllElse() throws IOException {
        for (String key : List.of(
                "prod/manifest.json",
                "prod/orders/0/segment-00000000000000000000.kfs",
                "prod/orders/10/segment-00000000000000000000.kfs",
                "prod/orders/2/segment-00000000000000000000.kfs",
                "prod/orders/007/segment-00000000000000000000.kfs",
                "prod/orders/lfs/2026/01/31/obj-1",
                "prod/orders-dlq/0/segment-00000000000000000000.kfs",
                "prod/not a topic/0/segment-00000000000000000000.kfs",
                "production/payments/0/segment-00000000000000000000.kfs")) {
            store.put(key, new byte[1]);
        }

        assertThat(lister.topics()).containsExactly("orders", "orders-dlq");
        assertThat(lister.partitions(topic -> true))
                .containsExactly(
                        ORDERS_0,
                        new TopicPartition("orders", 2),
                        new TopicPartition("orders", 10),
                        new TopicPartition("orders-dlq", 0));
        assertThat(SegmentLister.create(store, "").partitions(Set.of("prod"))).isEmpty();
    }

    @Test
    void partitions_ofTopicsKnownByName_costOneRequestEach() throws IOException {
        for (int topic = 0; topic < 3000; topic++) {
            store.put("prod/t" + topic + "/0/segment-00000000000000000000.kfs", new byte[1]);
        }

        assertThat(lister.partitions(List.of("t7", "t8", "missing"))).hasSize(2);
        assertThat(store.lists()).isEqualTo(3);
    }

    @Test
    void partitions_ofAnIllegalName_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lister.partitions(List.of("orders/0")))
                .withMessageContaining("\"orders/0\"");
    }

    @Test
    void list_fromABaseOffset_showsBothItsHalvesAndAllAfter() throws IOException {
        putPair(0);
        putPair(100);
        putPair(200);

        SegmentListing listing = lister.list(ORDERS_0, 100);
        assertThat(listing.segments()).extracting(ListedSegment::baseOffset).containsExactly(100L, 200L);
        assertThat(listing.segments()).allMatch(s -> s.segment() != null && s.index() != null);
        assertThat(listing.truncated()).isFalse();
        assertThat(listing.nextFrom()).isEqualTo(201);
        assertThat(lister.list(ORDERS_0, 201)).isEqualTo(new SegmentListing(ORDERS_0, 201, List.of(), false));
        assertThat(lister.list(ORDERS_0, 101).segments()).hasSize(1);
    }

    @Test
    void list_halvesAlone_areShownAsSuch() throws IOException {
        put(0, Half.SEGMENT);
        put(100, Half.INDEX);
        putPair(200);
        put(300, Half.INDEX);

        assertThat(lister.list(ORDERS_0, 0).segments())
                .extracting(s -> s.baseOffset() + (s.index() == null ? "" : "i") + (s.segment() == null ? "" : "s"))
                .containsExactly("0s", "100i", "200is", "300i");
    }

    @Test
    void list_otherObjectsOfThePartition_areLeftOut() throws IOException {
        putPair(0);
        for (String name : List.of("segment-00000000000000000000.kfst", "segment-5.kfs", "segment-x/0/y", "a", "z")) {
            store.put("prod/orders/0/" + name, new byte[1]);
        }
        store.put("prod/orders/0/segment-1/orders/0/segment-00000000000000000007.kfs", new byte[1]);

        assertThat(lister.list(ORDERS_0, 0).segments()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7})
    void list_pagesOfAnySize_tearNoPairAndLoseNone(int pageSize) throws IOException {
        store = new InMemoryObjectStore(() -> NOON, pageSize);
        lister = SegmentLister.create(store, "prod");
        for (long base = 0; base < 12; base++) {
            putPair(base);
            if (base % 3 == 0) {
                store.put("prod/orders/0/segment-%020d.kfst".formatted(base), new byte[40]);
            }
        }

        List<ListedSegment> all = new ArrayList<>();
        SegmentListing listing = lister.list(ORDERS_0, 0);
        all.addAll(listing.segments());
        while (listing.truncated()) {
            listing = lister.list(ORDERS_0, listing.nextFrom());
            all.addAll(listing.segments());
        }
        assertThat(all)
                .extracting(ListedSegment::baseOffset)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        assertThat(all).allMatch(s -> s.segment() != null && s.index() != null);
        assertThat(lister.segments(ORDERS_0)).hasSize(12);
    }

    @Test
    void list_aPage_isOneRequest() throws IOException {
        for (long base = 0; base < 2000; base++) {
            putPair(base);
        }

        assertThat(lister.list(ORDERS_0, 700).truncated()).isTrue();
        assertThat(store.lists()).isEqualTo(1);
    }

    @Test
    void list_pageOfOtherObjectsOnly_goesOnUntilASegment() throws IOException {
        for (int i = 0; i < 2500; i++) {
            store.put("prod/orders/0/segment-00000000000000000000.%04d".formatted(i), new byte[1]);
        }
        putPair(5);

        assertThat(lister.list(ORDERS_0, 0).segments())
                .extracting(ListedSegment::baseOffset)
                .containsExactly(5L);
    }

    @Test
    void list_storeThatFails_isAFailureAndNotAnEmptyListing() {
        ObjectStore failing = new ObjectStore() {
            @Override
            public ListPage list(ListRequest request) throws IOException {
                throw new IOException("503");
            }

            @Override
            public void readRange(ObjectEntry object, long position, byte[] target, int at, int length) {}

            @Override
            public byte[] read(ObjectEntry object) {
                return new byte[0];
            }

            @Override
            public String describe() {
                return "failing";
            }
        };
        SegmentLister broken = SegmentLister.create(failing, "prod");

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> broken.list(ORDERS_0, 0));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> broken.floor(ORDERS_0, 10));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> broken.partitions(topic -> true));
    }

    @Test
    void segments_ofAPartition_areTheCompletedPairsOnly() throws IOException {
        putPair(0);
        put(100, Half.SEGMENT);
        put(200, Half.INDEX);
        store.put(key(300, Half.SEGMENT), new byte[1], NOON.minusSeconds(6));
        store.put(key(300, Half.INDEX), new byte[1], NOON);
        store.put(key(400, Half.SEGMENT), new byte[1], NOON.minusSeconds(5));
        store.put(key(400, Half.INDEX), new byte[1], NOON);
        store.put(key(500, Half.SEGMENT), new byte[1], NOON);
        store.put(key(500, Half.INDEX), new byte[1], NOON.minusSeconds(3600));

        assertThat(lister.segments(ORDERS_0)).extracting(SegmentRef::baseOffset).containsExactly(0L, 400L, 500L);
    }

    @Test
    void segments_ofTheGoldenSet_areAllOfIt() throws IOException {
        SegmentLister golden = SegmentLister.create(
                FileObjectStore.open(Path.of(System.getProperty("kafscale.golden"), "segments")), "golden");

        assertThat(golden.topics())
                .containsExactly(
                        "edge", "java-gzip", "java-lz4", "java-none", "java-snappy", "java-zstd", "one", "orders");
        assertThat(golden.segments(new TopicPartition("orders", 1)))
                .extracting(SegmentRef::baseOffset)
                .containsExactly(0L, 410L, 832L);
        int segments = 0;
        for (TopicPartition partition : golden.partitions(topic -> true)) {
            segments += golden.segments(partition).size();
        }
        assertThat(segments).isEqualTo(22);
    }

    private void putPair(long base) {
        put(base, Half.SEGMENT);
        put(base, Half.INDEX);
    }

    private void put(long base, Half half) {
        store.put(key(base, half), new byte[1]);
    }

    private static String key(long base, Half half) {
        return new SegmentKey("prod", ORDERS_0, base, half).key();
    }
}
