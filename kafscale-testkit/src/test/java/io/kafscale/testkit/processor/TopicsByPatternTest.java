package io.kafscale.testkit.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafscale.discovery.TopicCatalog;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Sink;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Topics that are wanted by what their names look like. */
class TopicsByPatternTest extends ProcessorFixture {

    private static final Pattern ORDERS = Pattern.compile("orders-.*");
    private static final TopicPartition EU = new TopicPartition("orders-eu", 0);
    private static final TopicPartition US = new TopicPartition("orders-us", 0);
    private static final TopicPartition RETURNS = new TopicPartition("returns", 0);

    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private Sink noting(String name) {
        return batch -> batch.forEach(record -> seen.add(name + " " + batch.topicPartition() + "@" + record.offset()));
    }

    @Override
    ProcessorBuilder builder() {
        return super.builder().discoveryInterval(Duration.ofMillis(50));
    }

    private void awaitSeen(String... records) {
        await().untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder(records));
    }

    @Test
    void everyTopicThatLooksLikeIt_isProcessed_alsoOneThatComesLater() {
        write(EU, 0, 1);
        write(RETURNS, 0, 1);
        try (Processor processor = builder().topics(ORDERS, noting("all")).build()) {
            processor.start();
            awaitSeen("all orders-eu-0@0");
            write(US, 0, 2);
            awaitSeen("all orders-eu-0@0", "all orders-us-0@0", "all orders-us-0@1");
        }
        assertThat(checkpoints.checkpoint(GROUP, US).nextOffset()).isEqualTo(2);
        assertThat(checkpoints.checkpoint(GROUP, RETURNS)).isNull();
    }

    @Test
    void topicThatIsNamed_goesWhereThatSays_andTheFirstPatternCounts() {
        write(EU, 0, 1);
        write(US, 0, 1);
        write(RETURNS, 0, 1);
        try (Processor processor = builder()
                .topics(ORDERS, noting("orders"))
                .topics(Pattern.compile(".*"), noting("rest"))
                .topic("orders-us", noting("us"))
                .build()) {
            processor.start();
            awaitSeen("orders orders-eu-0@0", "us orders-us-0@0", "rest returns-0@0");
        }
    }

    @Test
    void optionsAndSinksOfPartitions_areThoseOfThePattern() {
        write(EU, 0, 3);
        write(US, 0, 3);
        AtomicBoolean closed = new AtomicBoolean();
        try (Processor processor = builder()
                .topicsPerPartition(
                        ORDERS,
                        partition -> new Sink() {
                            @Override
                            public void write(RecordBatch batch) throws Exception {
                                noting("of " + partition).write(batch);
                            }

                            @Override
                            public void close() {
                                closed.set(true);
                            }
                        },
                        options -> options.filter(record -> record.offset() == 1))
                .build()) {
            processor.start();
            awaitSeen("of orders-eu-0 orders-eu-0@1", "of orders-us-0 orders-us-0@1");
        }
        assertThat(closed).isTrue();
    }

    @Test
    void twoWorkers_oneOfThemByName_shareWhatBothTake() {
        for (int partition = 0; partition < 4; partition++) {
            write(new TopicPartition("orders-eu", partition), 0, 1);
        }
        write(US, 0, 1);
        try (Processor named = builder().topic("orders-eu", noting("named")).build();
                Processor open = builder().topics(ORDERS, noting("open")).build()) {
            named.start();
            open.start();
            await().until(() -> named.health().partitions().size() == 2
                    && open.health().partitions().size() == 3
                    && open.health().partitions().containsKey(US));
        }
    }

    @Test
    void nothingLooksLikeIt_saysWhatIsThere_once() {
        write(RETURNS, 0, 1);
        try (Processor processor = builder().topics(ORDERS, noting("all")).build()) {
            processor.start();
            await().until(() -> !events(ProcessorEvent.NothingFound.class).isEmpty());
            objects.resetCounts();
            await().until(() -> objects.lists() > 3);
        }
        assertThat(events(ProcessorEvent.NothingFound.class))
                .singleElement()
                .satisfies(nothing -> assertThat(nothing.message())
                        .contains("topics like orders-.*")
                        .contains("returns"));
    }

    /** Knows of one topic, and tells of what it is told to. */
    private static final class OneTopic implements TopicCatalog {
        private final Set<TopicPartition> partitions = ConcurrentHashMap.newKeySet();
        private volatile @Nullable Predicate<String> watched;
        private volatile @Nullable Listener listener;

        @Override
        public SortedSet<String> topics() {
            return partitions.stream().map(TopicPartition::topic).collect(Collectors.toCollection(TreeSet::new));
        }

        @Override
        public SortedSet<TopicPartition> partitions(Collection<String> topics) {
            return partitions.stream()
                    .filter(partition -> topics.contains(partition.topic()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        @Override
        public void watch(Predicate<String> topics, Listener told) {
            watched = topics;
            listener = told;
            told.began();
        }

        @Override
        public String describe() {
            return "the catalog";
        }
    }

    @Test
    void catalog_namesThem_andIsWatchedForThoseThatComeLater() {
        OneTopic catalog = new OneTopic();
        catalog.partitions.add(EU);
        catalog.partitions.add(RETURNS);
        write(EU, 0, 1);
        write(US, 0, 1); // deleted from the catalog, or not there yet
        try (Processor processor = builder()
                .catalog(catalog)
                .discoveryInterval(Duration.ofMinutes(10))
                .topics(ORDERS, noting("all"))
                .build()) {
            processor.start();
            awaitSeen("all orders-eu-0@0", "all orders-us-0@0");
            TopicPartition cn = new TopicPartition("orders-cn", 0);
            write(cn, 0, 1);
            catalog.partitions.add(cn);
            catalog.listener.partitionsChanged();
            awaitSeen("all orders-eu-0@0", "all orders-us-0@0", "all orders-cn-0@0");
        }
        assertThat(catalog.watched.test("orders-later")).isTrue();
        assertThat(catalog.watched.test("returns")).isFalse();
    }

    @Test
    void patternSaidTwice_orWithFlags_isRefused() {
        ProcessorBuilder builder = builder().topics(ORDERS, noting("all"));
        assertThatThrownBy(() -> builder.topics(Pattern.compile("orders-.*"), noting("again")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topics like orders-.* have a sink already; one that calls both can write twice");
        assertThatThrownBy(() -> builder.topics(Pattern.compile("returns", Pattern.CASE_INSENSITIVE), noting("again")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the pattern \"returns\" has flags, which the other workers would not see; write them into it,"
                                + " as in (?i)orders-.*");
    }
}
