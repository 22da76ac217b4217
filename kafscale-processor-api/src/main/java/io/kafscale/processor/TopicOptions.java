package io.kafscale.processor;

import io.kafscale.processor.runtime.Transform;
import io.kafscale.segment.RecordView;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What may be said of a topic beside its sink; what is not said here holds as the {@link ProcessorBuilder} has it. Filters,
 * mappers and validators are applied in the order in which they were given. Not thread safe; the builder reads it once.
 */
public final class TopicOptions {

    /** {@link #onOutOfRange(OutOfRangePolicy)} unless told otherwise. */
    public static final OutOfRangePolicy DEFAULT_ON_OUT_OF_RANGE = OutOfRangePolicy.STOP;

    /** {@link #onOverlap(OverlapPolicy)} unless told otherwise. */
    public static final OverlapPolicy DEFAULT_ON_OVERLAP = OverlapPolicy.REPORT;

    private final List<Transform> transforms = new ArrayList<>();
    private final Map<Stage, ErrorPolicy> policies = new EnumMap<>(Stage.class);
    private OutOfRangePolicy onOutOfRange = DEFAULT_ON_OUT_OF_RANGE;
    private OverlapPolicy onOverlap = DEFAULT_ON_OVERLAP;
    private @Nullable StartPosition start;
    private @Nullable BatchLimits batches;
    private @Nullable Boolean planned;

    TopicOptions() {}

    /**
     * Delivers only records for which {@code wanted} is true. The others count as processed: where none of a batch is
     * left, the sink is not called and the offset moves. An exception thrown by {@code wanted} is a failure of
     * {@link Stage#TRANSFORM}.
     *
     * @param wanted called from many threads, for one record possibly more than once
     */
    public TopicOptions filter(Predicate<? super RecordView> wanted) {
        transforms.add(Transform.filter(Objects.requireNonNull(wanted, "wanted")));
        return this;
    }

    /**
     * Delivers what {@code mapper} makes of each record. Each record is copied for it, which a sink that reads by
     * {@link RecordBatch#cursor()} would otherwise be spared.
     *
     * @param mapper called from many threads, for one record possibly more than once
     */
    public TopicOptions map(RecordMapper mapper) {
        transforms.add(Transform.map(Objects.requireNonNull(mapper, "mapper")));
        return this;
    }

    /**
     * Has each record looked at before it is delivered.
     *
     * @param validator called from many threads, for one record possibly more than once
     */
    public TopicOptions validate(RecordValidator validator) {
        transforms.add(Transform.validate(Objects.requireNonNull(validator, "validator")));
        return this;
    }

    /**
     * When a partition's checkpoint does not lie in its log: what was still to be read was deleted, or everything was, and
     * offsets began anew. By default {@link #DEFAULT_ON_OUT_OF_RANGE}. An empty log is neither: it is waited for.
     */
    public TopicOptions onOutOfRange(OutOfRangePolicy policy) {
        this.onOutOfRange = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** When two segments hold the same offsets. By default {@link #DEFAULT_ON_OVERLAP}. */
    public TopicOptions onOverlap(OverlapPolicy policy) {
        this.onOverlap = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * What is done when a stage fails for this topic; see {@link ProcessorBuilder#onError}.
     *
     * @throws IllegalArgumentException when the stage cannot be handled like that; says why
     */
    public TopicOptions onError(Stage stage, ErrorPolicy policy) {
        StageRules.check(stage, policy);
        policies.put(stage, policy);
        return this;
    }

    /** Where a partition begins that the group never processed; see {@link ProcessorBuilder#startFrom}. */
    public TopicOptions startFrom(StartPosition position) {
        this.start = Objects.requireNonNull(position, "position");
        return this;
    }

    /** How much is handed over in one call; see {@link ProcessorBuilder#batches}. */
    public TopicOptions batches(BatchLimits limits) {
        this.batches = Objects.requireNonNull(limits, "limits");
        return this;
    }

    /** Whether batches are planned; see {@link ProcessorBuilder#plannedBatches}. */
    public TopicOptions plannedBatches(boolean planned) {
        this.planned = planned;
        return this;
    }

    List<Transform> transforms() {
        return List.copyOf(transforms);
    }

    OutOfRangePolicy onOutOfRange() {
        return onOutOfRange;
    }

    OverlapPolicy onOverlap() {
        return onOverlap;
    }

    Map<Stage, ErrorPolicy> policies() {
        return policies;
    }

    StartPosition startOr(StartPosition orElse) {
        return start == null ? orElse : start;
    }

    BatchLimits batchesOr(BatchLimits orElse) {
        return batches == null ? orElse : batches;
    }

    boolean plannedOr(boolean orElse) {
        return planned == null ? orElse : planned;
    }
}
