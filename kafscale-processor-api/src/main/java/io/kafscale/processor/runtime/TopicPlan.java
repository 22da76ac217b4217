package io.kafscale.processor.runtime;

import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.OutOfRangePolicy;
import io.kafscale.processor.OverlapPolicy;
import io.kafscale.processor.Sink;
import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import io.kafscale.processor.TopicOptions;
import java.util.List;
import java.util.Map;

/**
 * What becomes of a topic's records.
 *
 * @param sinks get them
 * @param transforms on their way there, in this order
 * @param policies when a stage fails; those not said retry for ever
 * @param start where a partition begins that was never processed
 * @param batches how much is handed over at once
 * @param isPlanned whether the end of each batch is committed before it is handed over
 * @param onOutOfRange when the checkpoint does not lie in the log
 * @param onOverlap when two segments hold the same offsets
 */
public record TopicPlan(
        SinkSource sinks,
        List<Transform> transforms,
        Map<Stage, ErrorPolicy> policies,
        StartPosition start,
        BatchLimits batches,
        boolean isPlanned,
        OutOfRangePolicy onOutOfRange,
        OverlapPolicy onOverlap) {

    private static final ErrorPolicy RETRY = ErrorPolicy.retryForever();

    public TopicPlan {
        transforms = List.copyOf(transforms);
        policies = Map.copyOf(policies);
    }

    /** Everything to one sink, with the default policies. */
    public static TopicPlan to(Sink sink) {
        return new TopicPlan(
                SinkSource.shared(sink),
                List.of(),
                Map.of(),
                new StartPosition.Earliest(),
                BatchLimits.DEFAULT,
                false,
                TopicOptions.DEFAULT_ON_OUT_OF_RANGE,
                TopicOptions.DEFAULT_ON_OVERLAP);
    }

    /** What is done when a stage fails. */
    ErrorPolicy policy(Stage stage) {
        return policies.getOrDefault(stage, RETRY);
    }
}
