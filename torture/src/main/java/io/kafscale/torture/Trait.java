package io.kafscale.torture;

/** In what workers differ, from run to run or within one. */
enum Trait {
    /** The end of each batch is written to the checkpoint before. */
    PLANNED(true),
    /** A sixth of all offsets is filtered out, in stretches long enough to empty whole batches. */
    FILTERED(true),
    /** Some records are refused whatever is done, and go to the dead letters. Sinks do not fail otherwise. */
    POISONED(true),
    /** Batches are of few records, so that segments are split. */
    SMALL_BATCHES(false),
    /** The sink writes on threads of its own. */
    ASYNC(false),
    /** The sink confirms the first half of a batch before it writes the other. */
    IN_PARTS(false);

    private final boolean isOfTheRun;

    Trait(boolean isOfTheRun) {
        this.isOfTheRun = isOfTheRun;
    }

    /** Whether all workers of a run have it, or none: they must agree on what is to be delivered. */
    boolean isOfTheRun() {
        return isOfTheRun;
    }
}
