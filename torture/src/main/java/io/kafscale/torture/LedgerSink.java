package io.kafscale.torture;

import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Sink;

/** Writes down the hash of each record it is given, and is slow or fails when it is told to: before it writes, or after. */
final class LedgerSink implements Sink {

    private final LedgerFile ledger;
    private final SinkMood mood;

    LedgerSink(LedgerFile ledger, SinkMood mood) {
        this.ledger = ledger;
        this.mood = mood;
    }

    @Override
    public void write(RecordBatch batch) throws Exception {
        long number = ledger.begin(batch);
        StringBuilder records = new StringBuilder();
        boolean isConfirmed = false;
        try {
            mood.perhapsFail("before it wrote");
            for (BatchCursor cursor = batch.cursor(); cursor.next(); ) {
                records.append(' ')
                        .append(cursor.offset())
                        .append(':')
                        .append(Long.toHexString(RecordHash.of(batch.topicPartition(), cursor)));
            }
            mood.dawdle();
            mood.perhapsFail("after it wrote");
            isConfirmed = true;
        } finally {
            ledger.end(number, isConfirmed, records);
        }
    }
}
