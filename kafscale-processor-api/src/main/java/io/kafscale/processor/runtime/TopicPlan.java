package io.kafscale.processor.runtime;

import io.kafscale.processor.Sink;
import io.kafscale.segment.RecordView;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a topic's records.
 *
 * @param sink gets them
 * @param filter lets through what the sink is to get, or null for everything
 */
public record TopicPlan(Sink sink, @Nullable Predicate<? super RecordView> filter) {}
