package io.kafscale.processor;

/** What is done when two segments hold the same offsets: two brokers believed that they owned the partition. */
public enum OverlapPolicy {
    /** Each offset is delivered once, from one of the two; what was dropped is reported and counted. */
    REPORT,
    /** The partition stops before the first of the two, and waits for a person. */
    STOP
}
