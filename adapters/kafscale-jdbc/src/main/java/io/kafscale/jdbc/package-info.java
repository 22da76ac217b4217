/**
 * Leases and offsets in two tables of a relational database: {@link io.kafscale.jdbc.JdbcCheckpointStore}. Rows and the
 * offset after them in one transaction: {@link io.kafscale.jdbc.JdbcSink}.
 */
@NullMarked
package io.kafscale.jdbc;

import org.jspecify.annotations.NullMarked;
