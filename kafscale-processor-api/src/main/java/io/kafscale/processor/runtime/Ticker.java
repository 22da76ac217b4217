package io.kafscale.processor.runtime;

/** The two clocks a lease is judged by. */
public interface Ticker {

    /** Monotonic nanoseconds; only differences mean anything. */
    long nanoTime();

    /** Unix milliseconds. It may jump; it can shorten a lease's validity and never lengthens it. */
    long wallMillis();

    /** The JVM's clocks. */
    Ticker SYSTEM = new Ticker() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };
}
