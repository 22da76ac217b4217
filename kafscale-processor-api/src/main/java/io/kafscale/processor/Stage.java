package io.kafscale.processor;

/** A step on a record's way, for naming what failed. */
public enum Stage {
    /** Joining the group or renewing the membership. */
    JOIN("joining the group"),
    /** Acquiring or releasing a partition. */
    LEASE("the lease"),
    /** Finding topics and segments. */
    LIST("listing"),
    /** Reading a segment's bytes. */
    FETCH("fetching"),
    /** Making records of them. */
    DECODE("decoding"),
    /** The application's filters, mappers, validators and deserializers. */
    TRANSFORM("the transform"),
    /** The application's sink. */
    SINK("the sink"),
    /** The application's sink for dead letters. */
    DEAD_LETTER("writing a dead letter"),
    /** Moving the offset. */
    COMMIT("the commit");

    private final String label;

    Stage(String label) {
        this.label = label;
    }

    /** How a sentence names it. */
    public String label() {
        return label;
    }
}
