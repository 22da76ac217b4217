package io.kafscale.config;

import static io.kafscale.config.Option.choice;
import static io.kafscale.config.Option.flag;
import static io.kafscale.config.Option.text;

import io.kafscale.processor.OutOfRangePolicy;
import io.kafscale.processor.OverlapPolicy;
import io.kafscale.processor.TopicOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Every key of a mapping, in the order in which the reference describes them. A new one is a line here: with {@code tune}
 * it is applied as well.
 */
final class MappingKeys {

    private static final List<Option<?>> REGISTERED = new ArrayList<>();
    private static final List<Setting<TopicOptions, ?>> TUNING = new ArrayList<>();

    static final Option<String> TOPIC =
            mapping(text("topic", "The topic.").otherwise("must be said, unless `topics` is"));
    static final Option<Pattern> TOPICS = mapping(Option.of(
            "topics",
            Kind.PATTERN,
            "Instead of `topic`: a regular expression, such as `orders-.*`. All topics whose whole name matches go there,"
                    + " those included that come later; but one that a mapping names goes where that says, and of several"
                    + " expressions the first counts."));
    static final Option<String> SINK =
            mapping(text("sink", "Where its records go: `type.target`. What the target means is the type's to say.")
                    .otherwise("must be said"));
    static final Option<List<String>> OPTIONS =
            mapping(node("options", "What the sink takes, before what `sinks.{type}` says."));

    static {
        tune(
                choice(
                                "on_out_of_range",
                                OutOfRangePolicy.class,
                                "When the offset lies outside the log, since what it names was deleted.")
                        .otherwise(Shown.value(TopicOptions.DEFAULT_ON_OUT_OF_RANGE)),
                TopicOptions::onOutOfRange);
        tune(
                choice("on_overlap", OverlapPolicy.class, "When two segments hold the same offsets.")
                        .otherwise(Shown.value(TopicOptions.DEFAULT_ON_OVERLAP)),
                TopicOptions::onOverlap);
        tune(
                Option.of("start", Kind.START, "Where a partition begins that the group never processed.")
                        .otherwise("`processor.start`"),
                TopicOptions::startFrom);
    }

    static final Option<Boolean> PLANNED = tune(
            flag("planned_batches", "Whether the end of each batch is kept before the sink gets it.")
                    .otherwise("`processor.planned_batches`"),
            TopicOptions::plannedBatches);

    static final BatchKeys BATCHES = BatchKeys.in("batches", MappingKeys::mapping);

    static final Option<List<String>> ERRORS = mapping(node(
            "errors",
            "What is done when something fails: what is not said here holds as `errors` of the file has it."));

    static final Option<Boolean> CREATE_TABLE =
            mapping(flag("create_table_if_missing", "For sinks that write to tables: makes one that is not there.")
                    .orElse(false));
    static final Option<List<String>> SCHEMA = mapping(
            node("schema", "Theirs. The columns of a table; refused where the sink does not know what they mean."));
    static final Option<List<String>> TABLE =
            mapping(node("table", "Theirs. Refused: say `sink: iceberg.{table}` instead."));

    static {
        refuse("mode", "append", "records are appended, never merged or overwritten");
        refuse("lfs.mode", "off", "values that stand for a large object are not resolved here");
        for (String name : List.of("max_inline_size", "store_metadata", "validate_checksum", "resolve_concurrency")) {
            mapping(node("lfs." + name, "Theirs. Without effect while `lfs.mode` is off."));
        }
    }

    /** All of them. */
    static final List<Option<?>> ALL = Collections.unmodifiableList(REGISTERED);

    /** Those that set something of the topic's options. */
    static final List<Setting<TopicOptions, ?>> TUNE = Collections.unmodifiableList(TUNING);

    private MappingKeys() {}

    private static <T> Option<T> mapping(Option<T> option) {
        REGISTERED.add(option);
        return option;
    }

    private static <T> Option<T> tune(Option<T> option, BiConsumer<TopicOptions, T> setter) {
        TUNING.add(new Setting<>(mapping(option), setter));
        return option;
    }

    private static Option<List<String>> node(String name, String meaning) {
        return Option.of(name, Kind.ANY, meaning);
    }

    private static void refuse(String name, String only, String refusal) {
        mapping(Option.of(
                        name,
                        Kind.only(only, refusal),
                        "Theirs. Anything but `" + only + "` is refused: " + refusal + ".")
                .otherwise(only));
    }
}
