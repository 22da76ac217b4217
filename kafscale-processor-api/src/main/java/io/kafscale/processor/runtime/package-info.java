/**
 * How a processor runs: {@link io.kafscale.processor.runtime.Coordinator} decides, single-threaded and without I/O;
 * {@link io.kafscale.processor.runtime.CommandRunner} does what it decided. Not for applications: it is exported to the
 * testkit's simulator only, and may change in any release.
 */
@NullMarked
package io.kafscale.processor.runtime;

import org.jspecify.annotations.NullMarked;
