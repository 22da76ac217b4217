/** For tests: real servers, faults to order, and the contracts that implementations of the SPIs keep. */
@NullMarked
package io.kafscale.testkit;

import org.jspecify.annotations.NullMarked;
