package io.kafscale.processor;

import io.kafscale.segment.TopicPartition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What happens to records on their way to a sink, and to the offsets behind them. */
public interface DeliveryEvent extends ProcessorEvent {

    /** Whose records. */
    TopicPartition partition();

    /**
     * A sink has confirmed a batch; or there was nothing in it for the sink. Comes with every batch, and is not logged.
     *
     * @param partition which one
     * @param firstOffset the first offset of the batch
     * @param nextOffset the offset after its last one
     * @param records how many records the sink was given
     * @param dropped how many were filtered out
     * @param attempt which attempt it was
     * @param took how long the sink had it
     */
    record Delivered(
            TopicPartition partition,
            long firstOffset,
            long nextOffset,
            long records,
            long dropped,
            int attempt,
            Duration took)
            implements DeliveryEvent {
        @Override
        public String message() {
            return partition + " offsets " + firstOffset + " to " + (nextOffset - 1) + " delivered: " + records
                    + " records in " + took.toMillis() + " ms";
        }

        @Override
        public boolean isWarning() {
            return false;
        }

        @Override
        public boolean isRoutine() {
            return true;
        }
    }

    /**
     * An offset was committed. Is not logged.
     *
     * @param partition which one
     * @param nextOffset the next to be read
     * @param timestampMillis Unix milliseconds of the newest record below it, or -1 when none is known
     */
    record Committed(TopicPartition partition, long nextOffset, long timestampMillis) implements DeliveryEvent {
        @Override
        public String message() {
            return partition + " committed at offset " + nextOffset;
        }

        @Override
        public boolean isWarning() {
            return false;
        }

        @Override
        public boolean isRoutine() {
            return true;
        }
    }

    /**
     * A record was given up, and the dead letters have it.
     *
     * @param partition where it comes from
     * @param offset which one
     * @param stage what failed
     * @param attempts how often
     * @param reason what was said last
     */
    record DeadLettered(TopicPartition partition, long offset, Stage stage, int attempts, String reason)
            implements DeliveryEvent {
        @Override
        public String message() {
            return partition + " offset " + offset + " went to the dead letters after " + attempts
                    + (attempts == 1 ? " attempt of " : " attempts of ") + stage.label() + ": " + reason;
        }
    }

    /**
     * Something was passed over, because an error policy says so. It is counted with the checkpoint.
     *
     * @param partition where
     * @param from the first offset that is not delivered
     * @param until the offset after the last one that is not
     * @param stage what failed
     * @param reason what was said last
     */
    record Skipped(TopicPartition partition, long from, long until, Stage stage, String reason)
            implements DeliveryEvent {
        @Override
        public String message() {
            return partition + " offsets " + from + " to " + (until - 1) + " are skipped, as the policy of "
                    + stage.label() + " says: " + reason;
        }
    }

    /**
     * A partition is stopped, because an error policy says so. What is there stays there.
     *
     * @param partition which one
     * @param stage what failed
     * @param attempts how often
     * @param reason what was said last
     */
    record Stopped(TopicPartition partition, Stage stage, int attempts, String reason) implements DeliveryEvent {
        @Override
        public String message() {
            return partition + " is stopped after " + attempts + (attempts == 1 ? " attempt of " : " attempts of ")
                    + stage.label() + ", as its policy says: " + reason
                    + "; mend that and start again, or seek past it";
        }
    }

    /**
     * A partition goes on somewhere else: it was sought, begins where a first start says, or its sink knows better.
     *
     * @param partition which one
     * @param from the offset that would have come next
     * @param to the offset that comes next
     * @param reason why
     */
    record Moved(TopicPartition partition, long from, long to, String reason) implements DeliveryEvent {
        @Override
        public String message() {
            return partition + " goes on at offset " + to + " instead of " + from + ": " + reason;
        }

        @Override
        public boolean isWarning() {
            return false;
        }
    }

    /**
     * A sink threw when it was told that it gets no more of a partition. The partition is given up all the same.
     *
     * @param partition which one
     * @param reason what was said
     */
    record RevocationFailed(TopicPartition partition, String reason) implements DeliveryEvent {
        @Override
        public String message() {
            return partition + ": its sink failed when it was told that it gets no more of it: " + reason;
        }
    }

    /**
     * The whole processor drains and ends, because an error policy says so.
     *
     * @param stage what failed
     * @param source whose policy it was, or null when it is not one partition's
     * @param reason what was said last
     */
    record ProcessorStopped(Stage stage, @Nullable TopicPartition source, String reason) implements ProcessorEvent {
        @Override
        public String message() {
            return "the processor ends, as the policy of " + stage.label() + " says"
                    + (source == null ? "" : ", at " + source) + ": " + reason;
        }
    }
}
