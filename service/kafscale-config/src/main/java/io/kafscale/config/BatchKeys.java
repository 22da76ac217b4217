package io.kafscale.config;

import io.kafscale.processor.BatchLimits;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** The keys that say how much a sink gets in one call; in the file for all topics, in a mapping for one. */
record BatchKeys(Option<Long> maxRecords, Option<Long> maxBytes, Option<Duration> maxWait) {

    /** Those of a section, each of which is registered. */
    static BatchKeys in(String section, Consumer<Option<?>> register) {
        boolean isOfAMapping = !section.contains(".");
        BatchKeys keys = new BatchKeys(
                Option.of(
                                section + ".max_records",
                                Kind.count(1, Integer.MAX_VALUE),
                                "Offsets in one call of the sink, at most.")
                        .otherwise(standard(isOfAMapping, "max_records", BatchLimits.DEFAULT.maxRecords())),
                Option.bytes(section + ".max_bytes", "Bytes in one call, at most, as they are stored, so compressed.")
                        .otherwise(standard(isOfAMapping, "max_bytes", BatchLimits.DEFAULT.maxBytes())),
                Option.seconds(section + ".max_wait_seconds", "How long a smaller batch waits for more.")
                        .otherwise(standard(isOfAMapping, "max_wait_seconds", BatchLimits.DEFAULT.maxWait())));
        register.accept(keys.maxRecords);
        register.accept(keys.maxBytes);
        register.accept(keys.maxWait);
        return keys;
    }

    private static String standard(boolean isOfAMapping, String name, Object standard) {
        return isOfAMapping ? "`processor.batches." + name + "`" : Shown.value(standard);
    }

    /** Whether any of them is said. */
    boolean areSaid(Values values) {
        return values.has(maxRecords) || values.has(maxBytes) || values.has(maxWait);
    }

    /** What is said, and the rest as {@code base} has it; what is wrong with a value is told at its place. */
    BatchLimits over(BatchLimits base, Values values, Problems problems) {
        BatchLimits limits =
                with(base, maxRecords, (before, value) -> before.withMaxRecords(value.intValue()), values, problems);
        limits = with(limits, maxBytes, BatchLimits::withMaxBytes, values, problems);
        return with(limits, maxWait, BatchLimits::withMaxWait, values, problems);
    }

    private static <T> BatchLimits with(
            BatchLimits limits,
            Option<T> option,
            BiFunction<BatchLimits, T, BatchLimits> change,
            Values values,
            Problems problems) {
        T value = values.find(option);
        try {
            return value == null ? limits : change.apply(limits, value);
        } catch (IllegalArgumentException e) {
            problems.add(values.position(option), values.path(option) + ": " + e.getMessage());
            return limits;
        }
    }
}
