package io.kafscale.processor.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Calls a partition when something that it waits for may have come. It waits for many things, each of which it asks for
 * again whenever it is called; one alarm, for the earliest, is therefore enough.
 */
final class Wakeup {

    private final Environment env;
    private final Runnable called;
    private @Nullable Long alarmNanos;

    Wakeup(Environment env, Runnable called) {
        this.env = env;
        this.called = called;
    }

    /** Whether it may be tried; if not yet, the partition is called when it may. */
    boolean isReady(Backoff backoff) {
        return backoff.isReady(env.now()) || isDue(backoff.readyAtNanos());
    }

    /** Whether this time has come; if not, the partition is called when it has. */
    boolean isDue(long nanos) {
        if (env.now() - nanos >= 0) {
            return true;
        }
        boolean sooner = alarmNanos == null || nanos - alarmNanos < 0 || env.now() - alarmNanos >= 0;
        if (sooner) {
            alarmNanos = nanos;
            env.at(nanos, called);
        }
        return false;
    }

    /** Calls it now. */
    void call() {
        called.run();
    }
}
