/** How fast segments are read, beside Kafka's own reader. */
@NullMarked
package io.kafscale.benchmarks;

import org.jspecify.annotations.NullMarked;
