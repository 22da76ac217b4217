package io.kafscale.cli;

import java.util.Locale;

/** How a record is written. */
enum RecordFormat {
    /** For people: columns, dates, long values shortened. */
    TEXT,
    /** For programs: one JSON object a line, complete. */
    JSONL;

    /** As it is given on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
