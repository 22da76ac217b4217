package io.kafscale.testkit.simulation;

import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.SinkLifecycle;
import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import io.kafscale.processor.TopicOptions;
import io.kafscale.processor.runtime.SinkSource;
import io.kafscale.processor.runtime.TopicPlan;
import io.kafscale.processor.runtime.Transform;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How the workers of a run are set up; drawn from its seed, apart from all else, so that what happens otherwise does not
 * depend on it.
 *
 * @param isAsynchronous whether sinks confirm later, rather than by returning
 * @param keepsPosition whether sinks keep a position of their own, in one transaction with the records
 * @param isPlanned whether batches are planned
 * @param isFiltered whether some records are filtered out
 * @param isSerialized whether a topic has one write at a time
 * @param maxRecords in a batch
 * @param poison what bad records do
 */
record Variant(
        boolean isAsynchronous,
        boolean keepsPosition,
        boolean isPlanned,
        boolean isFiltered,
        boolean isSerialized,
        int maxRecords,
        Poison poison) {

    /** What becomes of a sink that gets a bad record, and then of the record. */
    enum Poison {
        NONE,
        /** The sink refuses the whole batch; the record is to go to the dead letters. */
        REFUSED,
        /** The sink says which record it refuses; it is to be skipped. */
        NAMED,
        /** The worker dies; the record is to go to the dead letters once enough of them did. */
        KILLS
    }

    /** Nothing special. */
    static final Variant PLAIN =
            new Variant(false, false, false, false, false, BatchLimits.DEFAULT.maxRecords(), Poison.NONE);

    private static final int ATTEMPTS = 2;
    private static final Duration SHORT_PAUSE = Duration.ofMillis(50);
    private static final Duration LONG_PAUSE = Duration.ofSeconds(2);

    static Variant of(long seed) {
        // Seeds that follow each other would otherwise begin alike.
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        Poison poison = random.nextBoolean() ? Poison.NONE : Poison.values()[random.nextInt(Poison.values().length)];
        return new Variant(
                random.nextBoolean(),
                random.nextInt(4) == 0,
                poison == Poison.NONE && random.nextInt(3) == 0,
                random.nextInt(3) == 0,
                random.nextInt(4) == 0,
                random.nextBoolean() ? BatchLimits.DEFAULT.maxRecords() : 1 + random.nextInt(12),
                poison);
    }

    boolean isPoison(long offset) {
        return poison != Poison.NONE && offset % 41 == 17;
    }

    boolean isFilteredOut(long offset) {
        return isFiltered && offset % 5 == 3;
    }

    TopicPlan plan(SinkLifecycle sink) {
        List<Transform> transforms =
                isFiltered ? List.of(Transform.filter(record -> !isFilteredOut(record.offset()))) : List.of();
        ErrorPolicy.Action then = poison == Poison.NAMED ? ErrorPolicy.Action.SKIP : ErrorPolicy.Action.DEAD_LETTER;
        Map<Stage, ErrorPolicy> policies = poison == Poison.NONE
                ? Map.of()
                : Map.of(Stage.SINK, ErrorPolicy.afterAttempts(ATTEMPTS, then).withPauses(SHORT_PAUSE, LONG_PAUSE));
        return new TopicPlan(
                SinkSource.shared(sink),
                transforms,
                policies,
                new StartPosition.Earliest(),
                BatchLimits.DEFAULT.withMaxRecords(maxRecords),
                isPlanned,
                TopicOptions.DEFAULT_ON_OUT_OF_RANGE,
                TopicOptions.DEFAULT_ON_OVERLAP);
    }
}
