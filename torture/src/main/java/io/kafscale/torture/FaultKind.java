package io.kafscale.torture;

/** What is done to a run. */
enum FaultKind {
    KILL("killed", 4),
    STOP("stopped past the TTL", 3),
    CUT_OFF("cut off from the store", 4),
    STORE_CRASH("store restarted", 1),
    SINK_CUT_OFF("cut off from the sink's database", 3),
    SINK_CRASH("sink's database restarted", 1),
    S3_STORM("S3 storms", 2),
    SLOW_SINK("slow sinks", 2),
    FAILING_SINK("failing sinks", 2),
    COMING_AND_GOING("joins and leaves at once", 2);

    private final String label;
    private final int weight;

    FaultKind(String label, int weight) {
        this.label = label;
        this.weight = weight;
    }

    /** How often it comes, compared with the others. */
    int weight() {
        return weight;
    }

    @Override
    public String toString() {
        return label;
    }
}
