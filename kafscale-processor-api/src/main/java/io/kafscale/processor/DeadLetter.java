package io.kafscale.processor;

import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.time.Instant;

/**
 * A record that could not be processed, and why.
 *
 * @param group whose processor gave it up
 * @param partition where it comes from
 * @param record as it stands in the log, before any transform
 * @param stage what failed
 * @param attempts how often it was tried
 * @param error what was said last
 * @param failedAt when it was given up, by this machine's clock
 */
@SuppressWarnings("JavaLangClash") // the field says record
public record DeadLetter(
        String group,
        TopicPartition partition,
        Record record,
        Stage stage,
        int attempts,
        String error,
        Instant failedAt) {}
