package io.kafscale.config;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.discovery.SegmentLister;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.DeadLetterSink;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.Sink;
import io.kafscale.processor.TopicOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The stores that a file names, made but not yet talked to. Either {@link #check()} reaches them all, or {@link #builder()}
 * makes the sinks and hands everything to a processor, which closes sinks and stores. Close it after the processor: it
 * closes the clients that the stores used. Not thread safe.
 */
public final class OpenedConfig implements AutoCloseable {

    private final KafscaleConfig config;
    private final Resources resources = new Resources();
    private final Resources stores = new Resources();
    private final Stores named;
    private final String namespace;
    private final ObjectStore segments;
    private final CheckpointStore checkpoints;
    private final @Nullable TopicCatalog catalog;
    private boolean isHandedOver;

    /** Opens them; what was opened is closed when one fails. */
    OpenedConfig(KafscaleConfig config) throws IOException {
        this.config = config;
        named = new Stores(config, resources);
        try {
            namespace = named.namespace();
            segments = stores.add(named.segments());
            checkpoints = stores.add(named.checkpoints());
            TopicCatalog brokers = named.catalog();
            catalog = brokers == null ? null : stores.add(brokers);
        } catch (IOException | RuntimeException e) {
            stores.close();
            resources.close();
            throw e;
        }
    }

    /**
     * A builder with all that the file says; whoever calls it may add listeners. The processor it builds closes the stores.
     *
     * @throws ConfigException when a sink's factory refuses what the file says
     * @throws IOException when what a sink writes to cannot be opened
     * @throws IllegalStateException when it was called before
     */
    public ProcessorBuilder builder() throws IOException {
        return builder(UnaryOperator.identity());
    }

    /**
     * The same, for who wants to be between the processor and the store of the segments.
     *
     * @param around makes of that store the one that the processor uses, such as one that meters it; closing it has to close
     *     the store
     * @throws ConfigException as {@link #builder()} does
     * @throws IOException as {@link #builder()} does
     * @throws IllegalStateException as {@link #builder()} does
     */
    public ProcessorBuilder builder(UnaryOperator<ObjectStore> around) throws IOException {
        if (isHandedOver) {
            throw new IllegalStateException("the stores are another processor's already; open the configuration again");
        }
        Values values = config.values();
        Problems none = new Problems(""); // all values were tried when the file was read
        ProcessorBuilder builder = ProcessorBuilder.create(config.group())
                .segments(around.apply(segments), namespace)
                .checkpoints(checkpoints);
        if (catalog != null) {
            builder.catalog(catalog);
        }
        FileKeys.TUNE.forEach(setting -> setting.apply(builder, values, none));
        BatchLimits batches = FileKeys.BATCHES.over(BatchLimits.DEFAULT, values, none);
        builder.batches(batches);
        config.errors().policies(none).forEach(builder::onError);
        DeadLetterSink deadLetters = named.deadLetters();
        if (deadLetters != null) {
            builder.deadLetters(deadLetters);
        }
        for (Mapping mapping : config.mappings()) {
            Consumer<TopicOptions> tune = options -> {
                MappingKeys.TUNE.forEach(setting -> setting.apply(options, mapping.values(), none));
                options.batches(MappingKeys.BATCHES.over(batches, mapping.values(), none));
                mapping.errors().policies(none).forEach(options::onError);
            };
            Pattern names = mapping.topics().names();
            if (names == null) {
                builder.topic(mapping.topics().said(), sink(mapping), tune);
            } else {
                builder.topics(names, sink(mapping), tune);
            }
        }
        isHandedOver = true;
        return builder;
    }

    private Sink sink(Mapping mapping) throws IOException {
        Mapping.NamedSink sink = named(mapping);
        try {
            return sink.factory().create(sink.config());
        } catch (IllegalArgumentException e) {
            throw config.problem(mapping.sinkAt(), sink.config() + ": " + e.getMessage());
        }
    }

    private static Mapping.NamedSink named(Mapping mapping) {
        return Objects.requireNonNull(mapping.sink());
    }

    /** Reaches everything that is named: stores, catalog and sinks, each once and one after the other. Writes nothing. */
    public List<Reached> check() {
        List<Reached> results = new ArrayList<>();
        results.add(reach("segments in " + segments.describe(), this::findTopics));
        results.add(reach(
                "offsets in " + checkpoints.describe(),
                () -> checkpoints.groups().contains(config.group())
                        ? "group " + config.group() + " is there"
                        : "group " + config.group() + " is not there yet"));
        if (catalog != null) {
            results.add(reach(
                    "topics in " + catalog.describe(), () -> catalog.topics().size() + " topics"));
        }
        String deadLetters = named.placeOfDeadLetters();
        if (deadLetters != null) {
            results.add(reach("dead letters in " + deadLetters, named::checkDeadLetters));
        }
        for (Mapping mapping : config.mappings()) {
            Mapping.NamedSink sink = named(mapping);
            results.add(reach(
                    "sink " + sink.config() + " of " + mapping.topics(),
                    () -> sink.factory().check(sink.config())));
        }
        return results;
    }

    /** A topic that is missing is no failure: it may come. */
    private String findTopics() throws IOException {
        SegmentLister lister = SegmentLister.create(segments, namespace);
        SortedSet<String> there = lister.topics();
        List<MappedTopics> missing = config.mappings().stream()
                .map(Mapping::topics)
                .filter(topics -> there.stream().noneMatch(topics::isOne))
                .toList();
        String found = there.size() + " topics in namespace \"" + namespace + "\"";
        return missing.isEmpty() ? found : found + ", not yet " + missing + "; " + lister.describeContents();
    }

    private interface Attempt {
        String make() throws IOException;
    }

    private static Reached reach(String what, Attempt attempt) {
        try {
            return new Reached(what, true, attempt.make());
        } catch (IOException | RuntimeException e) {
            return new Reached(what, false, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        if (!isHandedOver) {
            stores.close();
        }
        resources.close();
    }
}
