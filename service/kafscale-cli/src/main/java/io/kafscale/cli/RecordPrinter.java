package io.kafscale.cli;

import io.kafscale.segment.RecordView;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes records, one a line. */
interface RecordPrinter {

    /**
     * What follows is from this partition.
     *
     * @param partition null when the records come from a file that does not say whose they are
     */
    void begin(@Nullable TopicPartition partition) throws IOException;

    void print(RecordView record) throws IOException;
}
