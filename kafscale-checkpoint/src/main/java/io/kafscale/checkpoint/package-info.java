/**
 * Owning partitions and moving offsets. {@link io.kafscale.checkpoint.CheckpointStore} is the SPI;
 * {@link io.kafscale.checkpoint.InMemoryCheckpointStore} is for one process.
 */
@NullMarked
package io.kafscale.checkpoint;

import org.jspecify.annotations.NullMarked;
