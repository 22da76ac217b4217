package io.kafscale.torture;

import io.kafscale.processor.Sink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Where workers put the records. Whatever the kind, each dispatch is noted in the worker's ledger. */
enum SinkKind {
    /** In the ledger alone, at least once. */
    LEDGER {
        @Override
        Sink open(Path ledger, SinkMood mood) throws IOException {
            return new LedgerSink(LedgerFile.create(ledger), mood);
        }
    };

    static SinkKind of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /**
     * Opens a worker's sink.
     *
     * @param ledger a file that does not exist yet
     * @param mood when it is slow or fails
     */
    abstract Sink open(Path ledger, SinkMood mood) throws IOException;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
