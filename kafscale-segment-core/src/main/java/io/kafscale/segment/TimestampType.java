package io.kafscale.segment;

/** Who set a record's timestamp. */
public enum TimestampType {
    /** The producer, when it created the record. */
    CREATE_TIME("CreateTime"),
    /** The broker, when it appended the batch; all records of a batch then share one timestamp. */
    LOG_APPEND_TIME("LogAppendTime");

    private final String label;

    TimestampType(String label) {
        this.label = label;
    }

    /** Kafka's own spelling, {@code CreateTime} or {@code LogAppendTime}. */
    @Override
    public String toString() {
        return label;
    }
}
