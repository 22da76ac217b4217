/**
 * For tests of processors, sinks and stores: real servers, faults to order, stores in memory, segments to order, and the
 * contracts that implementations of the SPIs keep.
 */
@NullMarked
package io.kafscale.testkit;

import org.jspecify.annotations.NullMarked;
