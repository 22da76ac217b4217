package io.kafscale.torture;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Sink;
import io.kafscale.segment.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes down the hash of each record it is given, and hands the batch to the sink behind it. It is slow or fails when it is
 * told to, before it writes or after, refuses poison, and confirms in parts if that is its trait. Thread safe.
 */
final class LedgerSink implements Sink {

    private final LedgerFile ledger;
    private final SinkMood mood;
    private final Traits traits;
    private final Sink behind;

    /** @param behind closed with this one */
    LedgerSink(LedgerFile ledger, SinkMood mood, Traits traits, Sink behind) {
        this.ledger = ledger;
        this.mood = mood;
        this.traits = traits;
        this.behind = behind;
    }

    @Override
    public void write(RecordBatch batch) throws Exception {
        Call call = begin(batch);
        call.write();
    }

    /** Notes that a batch has come; on the thread on which it came. */
    Call begin(RecordBatch batch) throws Exception {
        return new Call(batch, ledger.begin(batch));
    }

    @Override
    public @Nullable Checkpoint assigned(Assignment assignment) throws Exception {
        return behind.assigned(assignment);
    }

    @Override
    public boolean keepsPosition() {
        return behind.keepsPosition();
    }

    @Override
    public void revoked(TopicPartition partition, Revocation cause) {
        behind.revoked(partition, cause);
    }

    @Override
    public void close() {
        behind.close();
    }

    /** One batch being written, on any thread. */
    final class Call {
        private final RecordBatch batch;
        private final long number;
        private final StringBuilder records = new StringBuilder();

        private Call(RecordBatch batch, long number) {
            this.batch = batch;
            this.number = number;
        }

        /** Returns, or throws, when the end is noted. */
        void write() throws Exception {
            boolean isConfirmed = false;
            try {
                mood.perhapsFail("before it wrote");
                note();
                behind.write(batch);
                mood.dawdle();
                mood.perhapsFail("after it wrote");
                isConfirmed = true;
            } finally {
                ledger.end(number, isConfirmed, records);
            }
        }

        private void note() throws Exception {
            long middle = batch.firstOffset() + (batch.nextOffset() - batch.firstOffset()) / 2;
            boolean isInParts = traits.has(Trait.IN_PARTS) && middle > batch.firstOffset();
            for (BatchCursor cursor = batch.cursor(); cursor.next(); ) {
                if (isInParts && cursor.offset() >= middle) {
                    isInParts = false;
                    confirm(middle);
                }
                long hash = RecordHash.of(batch.topicPartition(), cursor);
                if (traits.isPoison(hash)) {
                    throw refusal(cursor.offset(), hash);
                }
                records.append(' ').append(cursor.offset()).append(':').append(Long.toHexString(hash));
            }
        }

        private void confirm(long next) throws Exception {
            ledger.part(number, next, records);
            records.setLength(0);
            batch.confirm(next);
            mood.dawdle();
            mood.perhapsFail("after it confirmed a part");
        }

        private RuntimeException refusal(long offset, long hash) {
            IllegalStateException poison = new IllegalStateException("poison");
            return Traits.isNamed(hash) ? new RecordFailedException(offset, poison) : poison;
        }
    }
}
