package io.kafscale.processor;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Where in a partition to begin. */
public sealed interface StartPosition {

    /** At the first offset that is still there. */
    record Earliest() implements StartPosition {
        @Override
        public String toString() {
            return "earliest";
        }
    }

    /** After the last one that is there now. */
    record Latest() implements StartPosition {
        @Override
        public String toString() {
            return "latest";
        }
    }

    /**
     * At an offset.
     *
     * @param offset the first to be read
     */
    record Offset(long offset) implements StartPosition {

        /** @throws IllegalArgumentException when it is negative */
        public Offset {
            if (offset < 0) {
                throw new IllegalArgumentException("offset " + offset + " is below 0");
            }
        }

        @Override
        public String toString() {
            return Long.toString(offset);
        }
    }

    /**
     * At the first segment that a broker built at or after a time: what producers stamped then or later, by clocks that were
     * not ahead of the broker's, lies from there on; a little that is older may come first.
     *
     * @param time to the millisecond
     */
    record Time(Instant time) implements StartPosition {
        @Override
        public String toString() {
            return time.toString();
        }
    }

    /**
     * What a person wrote: {@code earliest}, {@code latest}, an offset, or a time such as {@code 2026-01-31T08:00:00Z}.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    static StartPosition parse(String text) {
        if (text.equals("earliest")) {
            return new Earliest();
        }
        if (text.equals("latest")) {
            return new Latest();
        }
        try {
            return text.matches("[0-9]+") ? new Offset(Long.parseLong(text)) : new Time(Instant.parse(text));
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no position: it is earliest, latest, an offset, or a time such as"
                            + " 2026-01-31T08:00:00Z",
                    e);
        }
    }
}
