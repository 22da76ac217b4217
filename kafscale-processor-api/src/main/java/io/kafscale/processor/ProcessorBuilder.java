package io.kafscale.processor;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.processor.runtime.Discovery;
import io.kafscale.processor.runtime.Settings;
import io.kafscale.processor.runtime.SinkSource;
import io.kafscale.processor.runtime.ThreadedProcessor;
import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Processor}. Three things must be said: where the segments are, where the checkpoints are, and a sink for
 * at least one topic. Every setter checks at once, {@link #build()} checks what belongs together.
 *
 * <p>Not thread safe; the processor it builds is.
 */
public final class ProcessorBuilder {

    /** {@link #leaseTtl(Duration)} unless told otherwise. */
    public static final Duration DEFAULT_LEASE_TTL = Duration.ofSeconds(30);

    /** {@link #safetyPollInterval(Duration)} unless told otherwise. */
    public static final Duration DEFAULT_SAFETY_POLL_INTERVAL = Duration.ofSeconds(60);

    /** {@link #discoveryInterval(Duration)} unless told otherwise. */
    public static final Duration DEFAULT_DISCOVERY_INTERVAL = Duration.ofSeconds(30);

    /** {@link #maxPollInterval(Duration)}, unless told otherwise, is this many times {@link #pollInterval(Duration)}. */
    public static final int DEFAULT_POLL_BACKOFF = 6;

    /** Without anything new, {@link #discoveryInterval(Duration)} grows to this many times its length. */
    public static final int DISCOVERY_BACKOFF = 10;

    /** {@link #gracePeriod(Duration)} unless told otherwise. */
    public static final Duration DEFAULT_GRACE_PERIOD = Duration.ofSeconds(60);

    /** {@link #maxBufferedBytes(long)} unless told otherwise: 256 MiB. */
    public static final long DEFAULT_MAX_BUFFERED_BYTES = 256L << 20;

    /** {@link #prefetchSegments(int)} unless told otherwise. */
    public static final int DEFAULT_PREFETCH_SEGMENTS = 4;

    /**
     * {@link #maxConcurrentFetches(int)} unless told otherwise. With what else is asked of the object store that is 50 calls
     * at once, for which Amazon's client has connections by default.
     */
    public static final int DEFAULT_MAX_CONCURRENT_FETCHES = 46;

    /** {@link #maxConcurrentWrites(int)} unless told otherwise. */
    public static final int DEFAULT_MAX_CONCURRENT_WRITES = 16;

    private final String group;
    private @Nullable ObjectStore objects;
    private @Nullable String namespace;
    private @Nullable CheckpointStore checkpoints;
    private @Nullable TopicCatalog catalog;
    private DiscoveryMode discoveryMode = DiscoveryMode.AUTO;
    private final TopicRoutes routes = new TopicRoutes();
    private final List<ProcessorListener> listeners = new ArrayList<>();
    private Duration leaseTtl = DEFAULT_LEASE_TTL;
    private @Nullable Duration commitInterval;
    private @Nullable Duration pollInterval;
    private @Nullable Duration maxPollInterval;
    private Duration safetyPollInterval = DEFAULT_SAFETY_POLL_INTERVAL;
    private Duration discoveryInterval = DEFAULT_DISCOVERY_INTERVAL;
    private Duration gracePeriod = DEFAULT_GRACE_PERIOD;
    private long maxBufferedBytes = DEFAULT_MAX_BUFFERED_BYTES;
    private int prefetchSegments = DEFAULT_PREFETCH_SEGMENTS;
    private int maxConcurrentFetches = DEFAULT_MAX_CONCURRENT_FETCHES;
    private int maxConcurrentWrites = DEFAULT_MAX_CONCURRENT_WRITES;
    private int maxPartitions = Integer.MAX_VALUE;
    private final Map<Stage, ErrorPolicy> policies = new EnumMap<>(Stage.class);
    private @Nullable DeadLetterSink deadLetters;
    private StartPosition start = new StartPosition.Earliest();
    private BatchLimits batches = BatchLimits.DEFAULT;
    private boolean planned;
    private boolean serialized;

    private ProcessorBuilder(String group) {
        this.group = group;
    }

    /**
     * Begins a processor.
     *
     * @param group the application's name: all workers that share its work use the same, other applications another. 1 to
     *     249 of {@code [a-zA-Z0-9._-]}
     * @throws IllegalArgumentException when it is no such name
     */
    public static ProcessorBuilder create(String group) {
        if (!TopicPartition.isLegalTopic(group)) {
            throw new IllegalArgumentException(
                    "\"" + group + "\" is not a group name: it takes 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-'");
        }
        return new ProcessorBuilder(group);
    }

    /**
     * Where the segments are.
     *
     * @param store closed by the processor
     * @param namespace the brokers' namespace, {@code default} unless they were told otherwise; may hold slashes
     */
    public ProcessorBuilder segments(ObjectStore store, String namespace) {
        this.objects = Objects.requireNonNull(store, "store");
        this.namespace = Objects.requireNonNull(namespace, "namespace");
        return this;
    }

    /**
     * Where leases and offsets are kept.
     *
     * @param store closed by the processor
     */
    public ProcessorBuilder checkpoints(CheckpointStore store) {
        this.checkpoints = Objects.requireNonNull(store, "store");
        return this;
    }

    /**
     * Where the brokers keep which topics there are, and tell of new segments, which are then delivered at once instead of
     * at the next poll. Without it both are found by listing.
     *
     * @param catalog closed by the processor
     */
    public ProcessorBuilder catalog(TopicCatalog catalog) {
        this.catalog = Objects.requireNonNull(catalog, "catalog");
        return this;
    }

    /** Whether the catalog is asked, or the object store; {@link DiscoveryMode#AUTO} unless told otherwise. */
    public ProcessorBuilder discovery(DiscoveryMode mode) {
        this.discoveryMode = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /**
     * Sends a topic's records to a sink. May be said for many topics, with one sink or several.
     *
     * @throws IllegalArgumentException when the name is not legal, or the topic has a sink already
     */
    public ProcessorBuilder topic(String topic, Sink sink) {
        return topic(topic, sink, options -> {});
    }

    /**
     * {@link #topic(String, Sink)} with options.
     *
     * @param options sets them, at once
     * @throws IllegalArgumentException when the name is not legal, or the topic has a sink already
     */
    public ProcessorBuilder topic(String topic, Sink sink, Consumer<TopicOptions> options) {
        routes.add(topic, SinkSource.shared(Objects.requireNonNull(sink, "sink")), options);
        return this;
    }

    /**
     * Sends a topic's records to a sink that needs no thread while it writes.
     *
     * @throws IllegalArgumentException when the name is not legal, or the topic has a sink already
     */
    public ProcessorBuilder topicAsync(String topic, AsyncSink sink) {
        return topicAsync(topic, sink, options -> {});
    }

    /**
     * {@link #topicAsync(String, AsyncSink)} with options.
     *
     * @param options sets them, at once
     * @throws IllegalArgumentException when the name is not legal, or the topic has a sink already
     */
    public ProcessorBuilder topicAsync(String topic, AsyncSink sink, Consumer<TopicOptions> options) {
        routes.add(topic, SinkSource.shared(Objects.requireNonNull(sink, "sink")), options);
        return this;
    }

    /**
     * Gives each partition of a topic a sink of its own: made when the partition is taken, closed when it is given up.
     *
     * @param sinks makes them; called from any thread. What it throws is a failure of {@link Stage#SINK}
     * @throws IllegalArgumentException when the name is not legal, or the topic has a sink already
     */
    public ProcessorBuilder topicPerPartition(String topic, Function<? super TopicPartition, ? extends Sink> sinks) {
        return topicPerPartition(topic, sinks, options -> {});
    }

    /**
     * {@link #topicPerPartition(String, Function)} with options.
     *
     * @param options sets them, at once
     * @throws IllegalArgumentException when the name is not legal, or the topic has a sink already
     */
    public ProcessorBuilder topicPerPartition(
            String topic, Function<? super TopicPartition, ? extends Sink> sinks, Consumer<TopicOptions> options) {
        routes.add(topic, SinkSource.perPartition(Objects.requireNonNull(sinks, "sinks")), options);
        return this;
    }

    /**
     * Sends the records of all topics that look like this to one sink, those included that come later. A topic that is named
     * by itself goes where that says; of several that look like it, what was said first counts. With
     * {@link #startFrom} at the latest offset, one that comes later begins at what is latest when it is noticed.
     *
     * @param names matches the whole of a topic's name, such as {@code orders-.*}
     * @throws IllegalArgumentException when it was said before, or has flags, which the other workers would not see
     */
    public ProcessorBuilder topics(Pattern names, Sink sink) {
        return topics(names, sink, options -> {});
    }

    /**
     * {@link #topics(Pattern, Sink)} with options.
     *
     * @param options sets them, at once
     * @throws IllegalArgumentException as {@link #topics(Pattern, Sink)} says
     */
    public ProcessorBuilder topics(Pattern names, Sink sink, Consumer<TopicOptions> options) {
        routes.add(names, SinkSource.shared(Objects.requireNonNull(sink, "sink")), options);
        return this;
    }

    /**
     * Gives each partition of all topics that look like this a sink of its own, as {@link #topicPerPartition} does.
     *
     * @param names as {@link #topics(Pattern, Sink)} takes it
     * @param sinks makes them; called from any thread. What it throws is a failure of {@link Stage#SINK}
     * @param options sets them, at once
     * @throws IllegalArgumentException as {@link #topics(Pattern, Sink)} says
     */
    public ProcessorBuilder topicsPerPartition(
            Pattern names, Function<? super TopicPartition, ? extends Sink> sinks, Consumer<TopicOptions> options) {
        routes.add(names, SinkSource.perPartition(Objects.requireNonNull(sinks, "sinks")), options);
        return this;
    }

    /**
     * What is done when a stage fails, in every topic that does not say otherwise. Unless told otherwise it is tried for
     * ever. {@link Stage#SINK} and {@link Stage#TRANSFORM} may send records to the {@linkplain #deadLetters dead letters} or
     * skip them; {@link Stage#DECODE} may skip a segment that is damaged, once a later segment shows where it ended.
     *
     * <p>Where the policy of {@link Stage#SINK} is about single records, so many owners that end one after the other without
     * getting past a record, as when it kills them, count like attempts: the next one hands over one record at a time, and
     * when it ends too the record is put aside without being tried again.
     *
     * @throws IllegalArgumentException when the stage cannot be handled like that; says why
     */
    public ProcessorBuilder onError(Stage stage, ErrorPolicy policy) {
        StageRules.check(stage, policy);
        policies.put(stage, policy);
        return this;
    }

    /**
     * Where records go that an error policy gives up.
     *
     * @param sink closed by the processor
     */
    public ProcessorBuilder deadLetters(DeadLetterSink sink) {
        this.deadLetters = Objects.requireNonNull(sink, "sink");
        return this;
    }

    /**
     * Where a partition begins that this group never processed. Found out once, when it is first taken, and committed; by
     * default at the earliest offset.
     */
    public ProcessorBuilder startFrom(StartPosition position) {
        this.start = Objects.requireNonNull(position, "position");
        return this;
    }

    /** How much is handed to a sink in one call; {@link BatchLimits#DEFAULT} unless told otherwise. */
    public ProcessorBuilder batches(BatchLimits limits) {
        this.batches = Objects.requireNonNull(limits, "limits");
        return this;
    }

    /**
     * Writes the end of each batch to the checkpoint before the sink gets it. Whoever has to hand it over again, this worker
     * or a later owner, hands over exactly the same range, so that a sink whose writes are idempotent by
     * {@link RecordBatch#firstOffset()} and {@link RecordBatch#nextOffset()} (a file name, a table commit) gets each record
     * once. Costs one commit before each batch.
     */
    public ProcessorBuilder plannedBatches() {
        this.planned = true;
        return this;
    }

    /**
     * Hands over one batch of a topic at a time, whatever its partition, for sinks that cannot take two. It holds within
     * this process only.
     */
    public ProcessorBuilder serializeWritesPerTopic() {
        this.serialized = true;
        return this;
    }

    /** Lets someone hear of what happens. May be said several times. */
    public ProcessorBuilder listener(ProcessorListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** After this long without a sign of life a worker's partitions go to others. At least 1 s. */
    public ProcessorBuilder leaseTtl(Duration ttl) {
        this.leaseTtl = atLeast(Duration.ofSeconds(1), ttl, "the lease TTL");
        return this;
    }

    /**
     * A partition's offset is committed at most once in this time, and when it is given back. 0 for every batch. Unless told
     * otherwise it is the store's {@link CheckpointStore#commitInterval()}, or a third of the lease TTL if that is less.
     */
    public ProcessorBuilder commitInterval(Duration interval) {
        this.commitInterval = atLeast(Duration.ZERO, interval, "the commit interval");
        return this;
    }

    /**
     * How long after a look at a partition that found something it is looked at again, at the latest. While nothing is found
     * it becomes twice as long each time, up to {@link #maxPollInterval(Duration)}. At least 10 ms; by default what the
     * {@linkplain ObjectStore#pollInterval() store} finds right, 5 seconds for S3.
     */
    public ProcessorBuilder pollInterval(Duration interval) {
        this.pollInterval = atLeast(Duration.ofMillis(10), interval, "the poll interval");
        return this;
    }

    /**
     * A partition that has had nothing new for long is looked at this often; what is written to it then waits no longer. It
     * costs one request to list, or less. By default {@value #DEFAULT_POLL_BACKOFF} times the poll interval.
     */
    public ProcessorBuilder maxPollInterval(Duration interval) {
        this.maxPollInterval = atLeast(Duration.ofMillis(10), interval, "the greatest poll interval");
        return this;
    }

    /**
     * A partition without anything new is listed this often while a {@linkplain #catalog catalog} tells of new segments; it
     * only gives hints, so that listing does not end. At least 10 ms.
     */
    public ProcessorBuilder safetyPollInterval(Duration interval) {
        this.safetyPollInterval = atLeast(Duration.ofMillis(10), interval, "the safety poll interval");
        return this;
    }

    /**
     * New partitions are looked for this often; while there are none, less and less often, down to once in
     * {@value #DISCOVERY_BACKOFF} intervals. At least 10 ms.
     */
    public ProcessorBuilder discoveryInterval(Duration interval) {
        this.discoveryInterval = atLeast(Duration.ofMillis(10), interval, "the discovery interval");
        return this;
    }

    /** Half a segment is waited for this long before it is passed over, and what follows it read. */
    public ProcessorBuilder gracePeriod(Duration grace) {
        this.gracePeriod = atLeast(Duration.ZERO, grace, "the grace period");
        return this;
    }

    /**
     * Bytes that may be held at once, in the whole processor, of fetched segments and of compressed batches inflated while
     * sinks read them. One larger object, or the segments of one planned batch, may come on top; and a batch is inflated, one
     * for each write at most, even when that leaves no room for fetches.
     */
    public ProcessorBuilder maxBufferedBytes(long bytes) {
        this.maxBufferedBytes = atLeast(1, bytes, "the most buffered bytes");
        return this;
    }

    /**
     * Segments that are fetched ahead per partition, the one at the sink included: so many at least, where there are as
     * many. Where the sink is faster than one segment after another comes, more are fetched ahead by and by, up to 128,
     * within what may be buffered; where it has long had more than it needed, fewer again. At least 1.
     */
    public ProcessorBuilder prefetchSegments(int segments) {
        this.prefetchSegments = (int) atLeast(1, segments, "the segments to prefetch");
        return this;
    }

    /**
     * Segments fetched at once, in the whole processor. Each takes a connection to the object store and, while it lasts, a
     * thread; 4 more are used to list. At least 1.
     */
    public ProcessorBuilder maxConcurrentFetches(int fetches) {
        this.maxConcurrentFetches = (int) atLeast(1, fetches, "the most concurrent fetches");
        return this;
    }

    /** Sinks called at once, in the whole processor; one partition has one call at a time in any case. At least 1. */
    public ProcessorBuilder maxConcurrentWrites(int writes) {
        this.maxConcurrentWrites = (int) atLeast(1, writes, "the most concurrent writes");
        return this;
    }

    /**
     * Partitions this worker owns at once, however few workers there are. At least 1; as many as there are unless told
     * otherwise.
     */
    public ProcessorBuilder maxPartitions(int partitions) {
        this.maxPartitions = (int) atLeast(1, partitions, "the most partitions");
        return this;
    }

    /**
     * Makes the processor, not yet started.
     *
     * @throws IllegalStateException when something is missing, or two settings contradict each other; says which, and the
     *     way out
     */
    public Processor build() {
        if (objects == null || namespace == null) {
            throw new IllegalStateException(
                    "processor " + group + " does not know where the segments are; call segments(store, namespace)");
        }
        if (checkpoints == null) {
            throw new IllegalStateException(
                    "processor " + group + " does not know where to keep offsets; call checkpoints(store)");
        }
        if (routes.isEmpty()) {
            throw new IllegalStateException("processor " + group + " has no topic; call topic(name, sink)");
        }
        if (discoveryMode == DiscoveryMode.ETCD && catalog == null) {
            throw new IllegalStateException("processor " + group
                    + " is to find topics in etcd alone, but has no catalog; call catalog(EtcdTopicCatalog.connect(…)),"
                    + " or choose discovery mode AUTO");
        }
        Duration interval = commitInterval == null
                ? Collections.min(List.of(checkpoints.commitInterval(), leaseTtl.dividedBy(3)))
                : commitInterval;
        if (interval.compareTo(leaseTtl) >= 0) {
            throw new IllegalStateException(
                    "the commit interval (" + interval + ") must be shorter than the lease TTL (" + leaseTtl
                            + "), or a lost worker repeats more than one lease's work; lower the one or raise the other");
        }
        Duration shortestPoll = pollInterval == null ? objects.pollInterval() : pollInterval;
        Duration longestPoll =
                maxPollInterval == null ? shortestPoll.multipliedBy(DEFAULT_POLL_BACKOFF) : maxPollInterval;
        if (longestPoll.compareTo(shortestPoll) < 0) {
            throw new IllegalStateException("the greatest poll interval (" + longestPoll
                    + ") is shorter than the poll interval (" + shortestPoll + "); raise the one or lower the other");
        }
        Settings settings = new Settings(
                group,
                leaseTtl,
                interval,
                shortestPoll,
                longestPoll,
                safetyPollInterval,
                discoveryInterval,
                discoveryInterval.multipliedBy(DISCOVERY_BACKOFF),
                gracePeriod,
                maxBufferedBytes,
                prefetchSegments,
                maxConcurrentFetches,
                maxConcurrentWrites,
                serialized,
                maxPartitions);
        return new ThreadedProcessor(
                objects,
                namespace,
                checkpoints,
                new Discovery(discoveryMode, catalog),
                routes.subscriptions(new TopicRoutes.Common(policies, start, batches, planned, deadLetters != null)),
                deadLetters,
                settings,
                listeners);
    }

    private static Duration atLeast(Duration least, Duration value, String name) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
        }
        return value;
    }

    private static long atLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
        }
        return value;
    }
}
