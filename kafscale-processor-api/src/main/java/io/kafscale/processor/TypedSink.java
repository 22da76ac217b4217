package io.kafscale.processor;

import io.kafscale.segment.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A sink of an application's own values. {@link #of} makes a {@link Sink} of it:
 *
 * <pre>{@code
 * .topic("orders", TypedSink.of(record -> Order.parse(record.value().toUtf8()), (batch, orders) -> warehouse.insert(orders)))
 * }</pre>
 *
 * @param <T> the application's type
 */
@FunctionalInterface
public interface TypedSink<T> {

    /**
     * A value and the record it was made of.
     *
     * @param record may be kept
     * @param value what the deserializer made of it
     * @param <T> the application's type
     */
    @SuppressWarnings("JavaLangClash") // the field says record
    record TypedRecord<T>(Record record, T value) {}

    /**
     * Writes values and makes them durable; returning means durable.
     *
     * @param batch where they come from
     * @param records in offset order, at least one; may be kept
     * @throws Exception anything; the batch is then tried again after a pause
     */
    void write(RecordBatch batch, List<TypedRecord<T>> records) throws Exception;

    /**
     * A sink that deserializes a batch and hands over its values. A record that cannot be deserialized is a failure of
     * {@link Stage#TRANSFORM} that names the record; nothing of its batch is written before that is settled.
     */
    static <T> Sink of(Deserializer<? extends T> deserializer, TypedSink<T> sink) {
        Objects.requireNonNull(deserializer, "deserializer");
        Objects.requireNonNull(sink, "sink");
        return batch -> {
            List<TypedRecord<T>> records = new ArrayList<>();
            for (Record record : batch) {
                try {
                    records.add(new TypedRecord<>(record, deserializer.deserialize(record)));
                } catch (Exception e) {
                    throw new RecordFailedException(record.offset(), Stage.TRANSFORM, e);
                }
            }
            sink.write(batch, records);
        };
    }
}
