package io.kafscale.torture;

import io.kafscale.processor.Sink;
import java.util.Locale;

/** Where workers put the records. Whatever the kind, each dispatch is noted in the worker's ledger. */
enum SinkKind {
    /** In the ledger alone, at least once. */
    LEDGER {
        @Override
        boolean takes(Trait trait) {
            return true;
        }

        @Override
        Sink open(WorkerOptions options) {
            return batch -> {};
        }
    },

    /**
     * In a table too, exactly once. What is poison could not be told from what came while the database was down, nor can a
     * transaction be confirmed in part.
     */
    JDBC {
        @Override
        boolean takes(Trait trait) {
            return switch (trait) {
                case PLANNED, FILTERED, SMALL_BATCHES -> true;
                case POISONED, ASYNC, IN_PARTS -> false;
            };
        }

        @Override
        Sink open(WorkerOptions options) {
            return SinkDatabase.sink(options.sinkAddress(), options.ttl());
        }
    };

    static SinkKind of(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + name + "\" is no sink; it takes ledger or jdbc", e);
        }
    }

    /** Whether workers with such a sink may have this trait. */
    abstract boolean takes(Trait trait);

    /** Opens what is behind a worker's {@link LedgerSink}. */
    abstract Sink open(WorkerOptions options);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
