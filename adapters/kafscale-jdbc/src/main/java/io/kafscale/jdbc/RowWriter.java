package io.kafscale.jdbc;

import io.kafscale.processor.RecordBatch;

/** Writes the rows of a batch, within a transaction. Thread safe. */
@FunctionalInterface
interface RowWriter {

    void write(Statements statements, RecordBatch batch) throws Exception;
}
