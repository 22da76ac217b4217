package io.kafscale.processor;

import io.kafscale.segment.RecordView;

/**
 * Makes an application's value of a record.
 *
 * @param <T> the application's type
 */
@FunctionalInterface
public interface Deserializer<T> {

    /**
     * The value of a record.
     *
     * @param record valid during the call; slices of it are to be copied if they are kept
     * @throws Exception when there is none; the policy of {@link Stage#TRANSFORM} says what becomes of the record
     */
    T deserialize(RecordView record) throws Exception;
}
