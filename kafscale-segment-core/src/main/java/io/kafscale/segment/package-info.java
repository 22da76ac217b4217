/** Reading KafScale segments: {@link io.kafscale.segment.SegmentReader} and what it yields. */
@NullMarked
package io.kafscale.segment;

import org.jspecify.annotations.NullMarked;
