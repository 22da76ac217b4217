package io.kafscale.processor.runtime;

import io.kafscale.segment.TopicPartition;

/** The application's filter threw; says at which record. */
final class FilterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FilterException(TopicPartition partition, long offset, RuntimeException cause) {
        super("the filter threw at " + partition + " offset " + offset + ": " + cause, cause);
    }
}
