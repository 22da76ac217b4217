/** Leases and offsets in two tables of a relational database: {@link io.kafscale.jdbc.JdbcCheckpointStore}. */
@NullMarked
package io.kafscale.jdbc;

import org.jspecify.annotations.NullMarked;
