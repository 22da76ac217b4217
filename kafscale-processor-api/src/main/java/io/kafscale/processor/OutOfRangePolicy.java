package io.kafscale.processor;

/**
 * What is done when a partition's checkpoint lies outside its log: below its first segment, since what was still to be read
 * was deleted; or above its end, since everything was deleted and offsets began anew. Whatever is done is reported, and what
 * is passed over is counted with the checkpoint.
 */
public enum OutOfRangePolicy {
    /** The partition stops, and waits for a person. */
    STOP,
    /** Goes on with the first segment that is there. */
    EARLIEST,
    /** Goes on with what is written from now on. */
    LATEST
}
