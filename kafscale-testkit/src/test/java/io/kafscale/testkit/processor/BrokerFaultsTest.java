package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.processor.OutOfRangePolicy;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What brokers and stores leave behind, met by a whole processor: nothing acknowledged is lost, or has a wrong offset. */
class BrokerFaultsTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final String GROUP = "warehouse";

    private final InMemoryObjectStore objects = new InMemoryObjectStore();
    private final InterferingStore store = new InterferingStore(objects);
    private final InMemoryCheckpointStore checkpoints = new InMemoryCheckpointStore();
    private final List<ProcessorEvent> events = new CopyOnWriteArrayList<>();
    private final List<String> delivered = new CopyOnWriteArrayList<>();

    @Test
    void listingThatMissesASegmentAndShowsTheNext_isNotBelieved() throws Exception {
        put(segment(0, 5, "a"));
        put(segment(5, 5, "b"));
        put(segment(10, 5, "c"));
        AtomicInteger lists = new AtomicInteger();
        store.page = page -> lists.incrementAndGet() == 1 ? without(page, "00005.") : page;
        try (Processor processor = build()) {
            processor.start();
            await().until(() -> committed() == 15);
            assertThat(processor.health().partitions().get(ORDERS_0).losses().gaps())
                    .isZero();
        }
        assertThat(delivered).containsExactlyElementsOf(records(0, 5, "a", 5, 10, "b", 10, 15, "c"));
        assertThat(events).noneMatch(event -> event instanceof ProcessorEvent.Gap);
        assertThat(lists.get()).isGreaterThan(1);
    }

    @Test
    void orphanBesideARewrittenIndex_isHeldUntilTheRewriteIsFinished() throws Exception {
        WrittenSegment orphan = segment(0, 3, "never acknowledged ");
        WrittenSegment rewritten = segment(0, 5, "a");
        Instant restarted = Instant.now();
        objects.put(key(orphan.segmentName()), orphan.segment(), restarted.minusSeconds(20));
        objects.put(key(rewritten.indexName()), rewritten.index(), restarted);
        put(segment(5, 5, "b"));
        try (Processor processor = build()) {
            processor.start();
            await().until(() -> objects.lists() > 5);
            assertThat(delivered).isEmpty();
            objects.put(key(rewritten.segmentName()), rewritten.segment());
            await().until(() -> committed() == 10);
            assertThat(processor.health().partitions().get(ORDERS_0).blockedOn())
                    .isNull();
        }
        assertThat(delivered).containsExactlyElementsOf(records(0, 5, "a", 5, 10, "b"));
    }

    @Test
    void rewriteThatIsNeverFinished_isReadAsItIsAfterTheGrace_andReported() throws Exception {
        WrittenSegment orphan = segment(0, 5, "a");
        objects.put(key(orphan.segmentName()), orphan.segment(), Instant.now().minusSeconds(20));
        objects.put(key(orphan.indexName()), orphan.index());
        put(segment(5, 5, "b"));
        try (Processor processor = build(builder().gracePeriod(Duration.ofMillis(200)))) {
            processor.start();
            await().until(() -> committed() == 10);
        }
        assertThat(delivered).containsExactlyElementsOf(records(0, 5, "a", 5, 10, "b"));
        assertThat(events).contains(new ProcessorEvent.UnfinishedRewrite(ORDERS_0, key(orphan.segmentName())));
    }

    @Test
    void segmentRewrittenBetweenListingAndReading_isListedAgain_andReadAsItIsNow() throws Exception {
        put(segment(0, 5, "never acknowledged "));
        put(segment(5, 5, "b"));
        AtomicBoolean rewritten = new AtomicBoolean();
        store.beforeRead = key -> {
            if (key.endsWith("00000.kfs") && rewritten.compareAndSet(false, true)) {
                put(segment(0, 5, "a"));
            }
        };
        try (Processor processor = build()) {
            processor.start();
            await().until(() -> committed() == 10);
        }
        assertThat(delivered).containsExactlyElementsOf(records(0, 5, "a", 5, 10, "b"));
        assertThat(events)
                .contains(new ProcessorEvent.SegmentChanged(
                        ORDERS_0, key(segment(0, 5, "a").segmentName())));
    }

    @Test
    void objectsPurgedAndOffsetsBegunAnew_stopsThePartition_andSaysWhy() throws Exception {
        purgeAfterReading();
        try (Processor processor = build(builder().gracePeriod(Duration.ofMillis(100)))) {
            processor.start();
            await().until(() -> events.stream().anyMatch(event -> event instanceof ProcessorEvent.OutOfRange));
            assertThat(processor.health().partitions().get(ORDERS_0).blockedOn())
                    .contains("orders-0 was to be read from offset 15, but its log holds 0 to 4");
        }
        assertThat(delivered).isEmpty();
        assertThat(committed()).isEqualTo(15);
    }

    @Test
    void objectsPurgedAndOffsetsBegunAnew_withEarliest_readsTheNewLogFromItsBeginning() throws Exception {
        purgeAfterReading();
        try (Processor processor = build(builder().gracePeriod(Duration.ofMillis(100)), OutOfRangePolicy.EARLIEST)) {
            processor.start();
            await().until(() -> committed() == 5);
            put(segment(5, 5, "newer"));
            await().until(() -> committed() == 10);
        }
        assertThat(delivered).containsExactlyElementsOf(records(0, 5, "new", 5, 10, "newer"));
        assertThat(events).contains(new ProcessorEvent.OutOfRange(ORDERS_0, 15, 0, 5, OutOfRangePolicy.EARLIEST));
    }

    private void purgeAfterReading() throws IOException {
        put(segment(0, 10, "a"));
        put(segment(10, 5, "b"));
        try (Processor processor = build()) {
            processor.start();
            await().until(() -> committed() == 15);
        }
        assertThat(delivered).hasSize(15);
        delivered.clear();
        for (long base : new long[] {0, 10}) {
            WrittenSegment old = segment(base, 1, "");
            objects.delete(key(old.segmentName()));
            objects.delete(key(old.indexName()));
        }
        put(segment(0, 5, "new"));
    }

    private Processor build() {
        return build(builder());
    }

    private Processor build(ProcessorBuilder builder) {
        return build(builder, OutOfRangePolicy.STOP);
    }

    private Processor build(ProcessorBuilder builder, OutOfRangePolicy policy) {
        return builder.topic(
                        "orders",
                        batch -> batch.forEach(record -> delivered.add(
                                record.offset() + "=" + record.value().toUtf8())),
                        topic -> topic.onOutOfRange(policy))
                .build();
    }

    private ProcessorBuilder builder() {
        return ProcessorBuilder.create(GROUP)
                .segments(store, "production")
                .checkpoints(checkpoints)
                .listener(events::add)
                .pollInterval(Duration.ofMillis(20))
                .commitInterval(Duration.ofMillis(10));
    }

    private long committed() {
        Checkpoint checkpoint = checkpoints.checkpoint(GROUP, ORDERS_0);
        return checkpoint == null ? 0 : checkpoint.nextOffset();
    }

    private void put(WrittenSegment segment) {
        objects.put(key(segment.indexName()), segment.index());
        objects.put(key(segment.segmentName()), segment.segment());
    }

    private static String key(String name) {
        return "production/orders/0/" + name;
    }

    private static WrittenSegment segment(long baseOffset, int records, String content) {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (long offset = baseOffset; offset < baseOffset + records; offset++) {
            batch.record(null, content + offset);
        }
        return new SegmentWriter(baseOffset, 1_767_225_600_000L)
                .append(batch.build())
                .finish();
    }

    /** Runs of records: from, until, content, and so on. */
    private static List<String> records(Object... runs) {
        List<String> records = new ArrayList<>();
        for (int run = 0; run < runs.length; run += 3) {
            for (int offset = (int) runs[run]; offset < (int) runs[run + 1]; offset++) {
                records.add(offset + "=" + runs[run + 2] + offset);
            }
        }
        return records;
    }

    private static ListPage without(ListPage page, String part) {
        return new ListPage(
                page.objects().stream()
                        .filter(object -> !object.key().contains(part))
                        .toList(),
                page.prefixes(),
                page.next());
    }

    private interface BeforeRead {
        void reading(String key) throws IOException;
    }

    /** Changes what listings of segments show, and does something before reads. */
    private static final class InterferingStore implements ObjectStore {
        private final InMemoryObjectStore objects;
        volatile UnaryOperator<ListPage> page = shown -> shown;
        volatile BeforeRead beforeRead = key -> {};

        InterferingStore(InMemoryObjectStore objects) {
            this.objects = objects;
        }

        @Override
        public ListPage list(ListRequest request) {
            ListPage shown = objects.list(request);
            return request.delimited() ? shown : page.apply(shown);
        }

        @Override
        public void readRange(ObjectEntry object, long position, byte[] target, int at, int length) throws IOException {
            beforeRead.reading(object.key());
            objects.readRange(object, position, target, at, length);
        }

        @Override
        public byte[] read(ObjectEntry object) throws IOException {
            beforeRead.reading(object.key());
            return objects.read(object);
        }

        @Override
        public String describe() {
            return objects.describe();
        }
    }
}
