package io.kafscale.cli;

import io.kafscale.segment.ReadOptions;

/** How segments are read within the heap there is. */
final class Limits {

    private Limits() {}

    /** Everything is checked. A batch may take a quarter of the heap, so that a segment fits in beside it. */
    static ReadOptions readOptions() {
        long share = Runtime.getRuntime().maxMemory() / 4;
        return ReadOptions.defaults()
                .withMaxInflatedBytes((int) Math.min(ReadOptions.DEFAULT_MAX_INFLATED_BYTES, share));
    }
}
