package io.kafscale.processor;

import io.kafscale.segment.Record;
import org.jspecify.annotations.Nullable;

/** Makes another record of a record, on its way to the sink. */
@FunctionalInterface
public interface RecordMapper {

    /**
     * What the sink is to get instead.
     *
     * @param record may be kept; {@link Record#withValue} and {@link Record#withKey} make others of it
     * @return null when the sink is not to get it at all; it then counts as processed
     * @throws Exception when it cannot be said; the policy of {@link Stage#TRANSFORM} says what becomes of the record
     */
    @Nullable
    Record map(Record record) throws Exception;
}
