package io.kafscale.discovery;

/** STUB. */
public final class SegmentLister {
    private SegmentLister() {}
}
