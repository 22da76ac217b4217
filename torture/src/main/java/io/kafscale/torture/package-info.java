/**
 * Worker processes that are killed, stopped, cut off and started anew while segments are written, and a check afterwards that
 * every record arrived, in order, and that nothing stale was dispatched or committed. {@link io.kafscale.torture.Torture} is
 * the program, {@code make torture}.
 */
@NullMarked
package io.kafscale.torture;

import org.jspecify.annotations.NullMarked;
