/**
 * Runs whole workers in simulated time: their real coordinators and stores, with faults from a seed. Start with
 * {@link io.kafscale.testkit.simulation.Simulation}.
 */
@NullMarked
package io.kafscale.testkit.simulation;

import org.jspecify.annotations.NullMarked;
