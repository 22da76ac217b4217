/**
 * Whether what concurrent callers of a checkpoint store saw can have come about: their calls are recorded, and an order is
 * looked for in which a store that serves one call at a time would have answered the same.
 */
@NullMarked
package io.kafscale.testkit.linearizability;

import org.jspecify.annotations.NullMarked;
