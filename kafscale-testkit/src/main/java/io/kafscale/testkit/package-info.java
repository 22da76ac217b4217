/** For tests of processors, sinks and stores: stores in memory, contracts for stores, segments to order. */
@NullMarked
package io.kafscale.testkit;

import org.jspecify.annotations.NullMarked;
