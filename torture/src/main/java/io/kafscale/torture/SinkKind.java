package io.kafscale.torture;

import io.kafscale.processor.Sink;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where workers put the records. Whatever the kind, each dispatch is noted in the worker's ledger. */
enum SinkKind {
    /** In the ledger alone, at least once. */
    LEDGER(EnumSet.allOf(Trait.class)) {
        @Override
        Sink open(WorkerOptions options) {
            return batch -> {};
        }
    },

    /**
     * In a table too, exactly once. What is poison could not be told from what came while the database was down, nor can a
     * transaction be confirmed in part.
     */
    JDBC(EnumSet.of(Trait.PLANNED, Trait.FILTERED, Trait.SMALL_BATCHES)) {
        @Override
        Sink open(WorkerOptions options) {
            return SinkDatabase.sink(options.sinkAddress(), options.ttl());
        }
    };

    private final Set<Trait> traits;

    SinkKind(Set<Trait> traits) {
        this.traits = traits;
    }

    static SinkKind of(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + name + "\" is no sink; it takes ledger or jdbc", e);
        }
    }

    /** Whether workers with such a sink may have this trait. */
    boolean takes(Trait trait) {
        return traits.contains(trait);
    }

    /** Opens what is behind a worker's {@link LedgerSink}. */
    abstract Sink open(WorkerOptions options);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
