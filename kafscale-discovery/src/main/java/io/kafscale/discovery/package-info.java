/** Finding completed segments: {@link io.kafscale.discovery.SegmentLister} over any {@link io.kafscale.discovery.ObjectStore}. */
@NullMarked
package io.kafscale.discovery;

import org.jspecify.annotations.NullMarked;
