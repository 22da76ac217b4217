package io.kafscale.torture;

import com.zaxxer.hikari.HikariDataSource;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.jdbc.JdbcSink;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Sink;
import io.kafscale.segment.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A {@link JdbcSink}, and its connections, which are not the sink's to close.
 *
 * @param sink hands on everything
 * @param pool closed with it
 */
record SinkWithPool(JdbcSink sink, HikariDataSource pool) implements Sink {

    @Override
    public void write(RecordBatch batch) throws Exception {
        sink.write(batch);
    }

    @Override
    public @Nullable Checkpoint assigned(Assignment assignment) throws Exception {
        return sink.assigned(assignment);
    }

    @Override
    public boolean keepsPosition() {
        return sink.keepsPosition();
    }

    @Override
    public void revoked(TopicPartition partition, Revocation cause) {
        sink.revoked(partition, cause);
    }

    @Override
    public void close() {
        sink.close();
        pool.close();
    }
}
