package io.kafscale.processor.runtime;

/** The end of a worker: it takes nothing more, gives back what it has, leaves the group, and stops. */
final class Drain {

    private final Environment env;
    private final Partitions partitions;
    private final TopicDiscovery discovery;
    private final Claims claims;
    private final Membership membership;
    private boolean begun;
    private boolean stopped;

    Drain(Environment env, Partitions partitions, TopicDiscovery discovery, Claims claims, Membership membership) {
        this.env = env;
        this.partitions = partitions;
        this.discovery = discovery;
        this.claims = claims;
        this.membership = membership;
    }

    boolean hasBegun() {
        return begun;
    }

    boolean isStopped() {
        return stopped;
    }

    void begin() {
        if (!begun) {
            begun = true;
            membership.end();
            discovery.end();
            claims.end();
            partitions.all().forEach(OwnedPartition::drain);
        }
    }

    /** Leaves the group when nothing is held any more. */
    void leaveIfDone() {
        boolean busy = membership.isJoining()
                || !partitions.isEmpty()
                || !claims.beingAcquired().isEmpty();
        if (begun && !stopped && !busy) {
            membership.leave();
        }
    }

    /** Waits no longer for writes that are still running. */
    void giveUp() {
        for (OwnedPartition partition : partitions.all()) {
            env.issue(new Command.Interrupt(partition.ownership()));
        }
        stop(false);
    }

    void stop(boolean everythingReleased) {
        if (!stopped) {
            stopped = true;
            env.issue(new Command.Stop(everythingReleased, env.endWanted()));
        }
    }

    @Override
    public String toString() {
        return (begun ? ", draining" : "") + (stopped ? ", stopped" : "");
    }
}
