package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.processor.DiscoveryMode;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.InMemoryObjectStore;
import io.kafscale.testkit.RecordBatchBuilder;
import io.kafscale.testkit.SegmentWriter;
import io.kafscale.testkit.WrittenSegment;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole processor with a catalog that tells what the test says; polls and lookups come too seldom to help. */
@Timeout(60)
class CatalogTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition("orders", 1);

    private final InMemoryObjectStore objects = new InMemoryObjectStore();
    private final FakeCatalog catalog = new FakeCatalog();
    private final CopyOnWriteArrayList<ProcessorEvent> events = new CopyOnWriteArrayList<>();
    private final Set<String> delivered = ConcurrentHashMap.newKeySet();

    private static final class FakeCatalog implements TopicCatalog {
        final Set<TopicPartition> partitions = ConcurrentHashMap.newKeySet();
        final AtomicInteger asked = new AtomicInteger();
        final CountDownLatch closed = new CountDownLatch(1);
        volatile boolean unreadable;
        volatile Listener listener;

        @Override
        public SortedSet<String> topics() {
            return partitions.stream().map(TopicPartition::topic).collect(Collectors.toCollection(TreeSet::new));
        }

        @Override
        public SortedSet<TopicPartition> partitions(Collection<String> topics) throws IOException {
            asked.incrementAndGet();
            if (unreadable) {
                throw new IOException("etcd at nowhere cannot be reached");
            }
            return partitions.stream()
                    .filter(partition -> topics.contains(partition.topic()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        @Override
        public void watch(Collection<String> topics, Listener newListener) {
            listener = newListener;
            newListener.began();
        }

        @Override
        public String describe() {
            return "the catalog";
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void hint_isFollowedByName_withTwoRequestsAndNoListing() {
        catalog.partitions.add(ORDERS_0);
        write(ORDERS_0, 0, 1);
        try (Processor processor = builder().build()) {
            processor.start();
            awaitDelivered("orders-0@0");
            objects.resetCounts();
            for (long offset = 1; offset <= 20; offset++) {
                write(ORDERS_0, offset, 1);
                catalog.listener.advanced(ORDERS_0, offset + 1);
                awaitDelivered("orders-0@" + offset);
            }
            assertThat(objects.finds()).isEqualTo(40);
            assertThat(objects.lists()).isZero();
            assertThat(objects.reads()).isZero();
            assertThat(processor.health().partitions().get(ORDERS_0).endOffset())
                    .isEqualTo(21);
        }
        assertThat(catalog.closed.getCount()).isZero();
    }

    @Test
    void hint_ofSeveralSegments_isFollowedByOneListing() {
        catalog.partitions.add(ORDERS_0);
        write(ORDERS_0, 0, 1);
        try (Processor processor = builder().build()) {
            processor.start();
            awaitDelivered("orders-0@0");
            objects.resetCounts();
            for (long offset = 1; offset <= 50; offset++) {
                write(ORDERS_0, offset, 1);
            }
            catalog.listener.advanced(ORDERS_0, 51);
            awaitDelivered("orders-0@50");
            assertThat(objects.lists()).isEqualTo(1);
            assertThat(objects.finds()).isEqualTo(2);
            assertThat(objects.reads()).isEqualTo(49);
        }
    }

    @Test
    void hint_ofALargeSegment_takesARequestMore() {
        catalog.partitions.add(ORDERS_0);
        write(ORDERS_0, 0, 1);
        try (Processor processor = builder().build()) {
            processor.start();
            awaitDelivered("orders-0@0");
            objects.resetCounts();
            write(ORDERS_0, 1, 2 << 20);
            catalog.listener.advanced(ORDERS_0, 2);
            awaitDelivered("orders-0@1");
            assertThat(objects.finds()).isEqualTo(2);
            assertThat(objects.reads()).isEqualTo(1);
            assertThat(objects.lists()).isZero();
        }
    }

    @Test
    void hint_toldBeforeTheSegmentCanBeSeen_isFollowedUpWithoutAnother() {
        catalog.partitions.add(ORDERS_0);
        write(ORDERS_0, 0, 1);
        try (Processor processor = builder().build()) {
            processor.start();
            awaitDelivered("orders-0@0");
            objects.resetCounts();
            catalog.listener.advanced(ORDERS_0, 2);
            await().until(() -> objects.lists() >= 2);
            assertThat(objects.finds()).as("guessed once").isEqualTo(1);
            write(ORDERS_0, 1, 1);
            awaitDelivered("orders-0@1");
        }
    }

    @Test
    void segmentThatReachesBeyondTheHint_isLeftToAListing() {
        catalog.partitions.add(ORDERS_0);
        write(ORDERS_0, 0, 1);
        try (Processor processor = builder().build()) {
            processor.start();
            awaitDelivered("orders-0@0");
            objects.resetCounts();
            WrittenSegment longer = segment(1, 3, 1);
            put(ORDERS_0, longer);
            put(ORDERS_0, segment(3, 1, 1));
            catalog.listener.advanced(ORDERS_0, 3);
            awaitDelivered("orders-0@3");
            assertThat(objects.lists()).isPositive();
            assertThat(events).anyMatch(ProcessorEvent.Overlap.class::isInstance);
        }
    }

    @Test
    void watchEnded_pollsAreFrequentAgain_andItIsSaidOnce() {
        catalog.partitions.add(ORDERS_0);
        write(ORDERS_0, 0, 1);
        try (Processor processor =
                builder().pollInterval(Duration.ofMillis(100)).build()) {
            processor.start();
            awaitDelivered("orders-0@0");
            objects.resetCounts();
            await().during(Duration.ofMillis(500)).until(() -> objects.lists() <= 1);
            catalog.listener.ended("the watch broke");
            write(ORDERS_0, 1, 1);
            awaitDelivered("orders-0@1");
            catalog.listener.began();
            await().until(() -> events.stream().anyMatch(ProcessorEvent.CatalogRecovered.class::isInstance));
        }
        assertThat(events.stream().filter(ProcessorEvent.CatalogFailed.class::isInstance))
                .extracting(ProcessorEvent::message)
                .containsExactly(
                        "the brokers' catalog is of no use now, segments are found by polling: the watch broke");
    }

    @Test
    void newPartition_isTakenUpWhenTheCatalogTells() {
        catalog.partitions.add(ORDERS_0);
        write(ORDERS_0, 0, 1);
        try (Processor processor = builder().build()) {
            processor.start();
            awaitDelivered("orders-0@0");
            write(ORDERS_1, 0, 1);
            catalog.partitions.add(ORDERS_1);
            for (int i = 0; i < 10; i++) {
                catalog.listener.partitionsChanged();
            }
            awaitDelivered("orders-1@0");
            assertThat(catalog.asked.get()).as("hints are taken together").isLessThanOrEqualTo(5);
        }
    }

    @Test
    void auto_topicThatIsNotInTheCatalog_isFoundByItsObjects() {
        catalog.partitions.add(new TopicPartition("payments", 0));
        write(ORDERS_0, 0, 1);
        try (Processor processor = builder().build()) {
            processor.start();
            awaitDelivered("orders-0@0");
        }
    }

    @Test
    void auto_catalogUnreadable_isReplacedByListing_andSaidOnce() {
        catalog.unreadable = true;
        write(ORDERS_0, 0, 1);
        try (Processor processor =
                builder().discoveryInterval(Duration.ofMillis(50)).build()) {
            processor.start();
            awaitDelivered("orders-0@0");
            await().until(() -> catalog.asked.get() > 3);
            assertThat(events.stream().filter(ProcessorEvent.CatalogFailed.class::isInstance))
                    .hasSize(1);
            catalog.unreadable = false;
            await().until(() -> events.stream().anyMatch(ProcessorEvent.CatalogRecovered.class::isInstance));
        }
    }

    @Test
    void etcd_catalogUnreadable_takesNothingUpUntilItIsBack() {
        catalog.unreadable = true;
        catalog.partitions.add(ORDERS_0);
        write(ORDERS_0, 0, 1);
        try (Processor processor = builder().discovery(DiscoveryMode.ETCD).build()) {
            processor.start();
            await().until(() -> events.stream()
                    .anyMatch(event -> event instanceof ProcessorEvent.Failed failed
                            && failed.stage() == Stage.LIST
                            && failed.reason().equals("etcd at nowhere cannot be reached")));
            assertThat(processor.health().partitions()).isEmpty();
            catalog.unreadable = false;
            awaitDelivered("orders-0@0");
        }
        assertThat(objects.lists()).as("only the partition itself").isLessThanOrEqualTo(3);
    }

    @Test
    void etcd_topicThatIsNotInTheCatalog_saysWhatIs() {
        catalog.partitions.add(new TopicPartition("payments", 0));
        write(ORDERS_0, 0, 1);
        try (Processor processor = builder().discovery(DiscoveryMode.ETCD).build()) {
            processor.start();
            await().until(() -> events.stream().anyMatch(ProcessorEvent.NothingFound.class::isInstance));
        }
        assertThat(events)
                .extracting(ProcessorEvent::message)
                .contains("nothing to process of orders: the catalog has the topics payments");
        assertThat(delivered).isEmpty();
    }

    @Test
    void s3_neverAsksTheCatalog_andClosesIt() {
        write(ORDERS_0, 0, 1);
        try (Processor processor = builder().discovery(DiscoveryMode.S3).build()) {
            processor.start();
            awaitDelivered("orders-0@0");
        }
        assertThat(catalog.asked).hasValue(0);
        assertThat(catalog.listener).isNull();
        assertThat(catalog.closed.getCount()).isZero();
    }

    private ProcessorBuilder builder() {
        return ProcessorBuilder.create("warehouse")
                .segments(objects, "production")
                .checkpoints(new InMemoryCheckpointStore())
                .catalog(catalog)
                .commitInterval(Duration.ofMillis(20))
                .pollInterval(Duration.ofMinutes(5))
                .safetyPollInterval(Duration.ofMinutes(5))
                .discoveryInterval(Duration.ofMinutes(5))
                .listener(events::add)
                .topic(
                        "orders",
                        batch ->
                                batch.forEach(record -> delivered.add(batch.topicPartition() + "@" + record.offset())));
    }

    private void awaitDelivered(String record) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> delivered.contains(record));
    }

    private void write(TopicPartition partition, long offset, int valueBytes) {
        put(partition, segment(offset, 1, valueBytes));
    }

    private static WrittenSegment segment(long base, int records, int valueBytes) {
        RecordBatchBuilder batch = new RecordBatchBuilder();
        for (int i = 0; i < records; i++) {
            batch.record(null, "v".repeat(valueBytes));
        }
        return new SegmentWriter(base, 1_767_225_600_000L).append(batch.build()).finish();
    }

    private void put(TopicPartition partition, WrittenSegment segment) {
        String prefix = "production/" + partition.topic() + "/" + partition.partition() + "/";
        objects.put(prefix + segment.segmentName(), segment.segment());
        objects.put(prefix + segment.indexName(), segment.index());
    }
}
