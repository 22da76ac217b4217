/**
 * Complete small programs. {@link io.kafscale.examples.OrdersToWarehouse} is what an application writes;
 * {@link io.kafscale.examples.Demo} shows the whole path at work on this machine.
 */
@NullMarked
package io.kafscale.examples;

import org.jspecify.annotations.NullMarked;
