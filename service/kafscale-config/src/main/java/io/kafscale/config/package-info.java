/**
 * A processor from a YAML file: {@link io.kafscale.config.KafscaleConfig} reads it, {@link io.kafscale.config.SinkFactory}
 * brings sinks to name in it. Files written for the Go processors are read as they are.
 */
@NullMarked
package io.kafscale.config;

import org.jspecify.annotations.NullMarked;
