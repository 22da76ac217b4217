package io.kafscale.processor;

import io.kafscale.segment.RecordView;

/** Refuses records that the sink must not get. */
@FunctionalInterface
public interface RecordValidator {

    /**
     * Returns when the record is right.
     *
     * @param record valid during the call
     * @throws Exception when it is not, with what is wrong; the policy of {@link Stage#TRANSFORM} says what becomes of it
     */
    void validate(RecordView record) throws Exception;
}
