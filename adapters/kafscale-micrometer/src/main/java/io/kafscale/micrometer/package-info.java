/**
 * Metrics with Micrometer: {@link io.kafscale.micrometer.ProcessorMetrics} of what a processor does, and
 * {@link io.kafscale.micrometer.MeteredObjectStore} of what it asks of the object store.
 */
@NullMarked
package io.kafscale.micrometer;

import org.jspecify.annotations.NullMarked;
