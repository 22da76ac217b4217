package io.kafscale.processor;

/** Why no more records of a partition come to a sink. */
public enum Revocation {
    /** It is given back, everything confirmed being committed: for another worker to take, or at the end. */
    RELEASED,
    /** The lease was lost. Another worker may own the partition already; what was not committed comes again there. */
    LOST,
    /** It stays here and begins anew somewhere else, under a later epoch. */
    MOVED
}
