package io.kafscale.jdbc;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A turn at an H2 file: one call at a time.
 *
 * <p>A commit in H2 notes one table after the other what is to be written, while other transactions go on ({@code
 * MVStore.collectChangedMapRoots}, as of 2.4.240). Of one that commits meanwhile the file then holds some tables and not the
 * others, and nothing by which to undo it. A process that is killed before the next commit leaves rows without their offset,
 * or an offset without its rows.
 */
final class H2Turn {

    /** One for all files, since a file can be named by many URLs. */
    private static final ReentrantLock TURN = new ReentrantLock(true);

    private H2Turn() {}

    /** Whether a database takes turns; what H2 keeps in memory outlives no process. */
    static boolean isNeeded(String product, String url) {
        return product.equals("H2") && !url.startsWith("jdbc:h2:mem:");
    }

    /** Waits for a turn, which its taker gives back. */
    static void take(String purpose, int timeoutSeconds) throws IOException {
        try {
            if (!TURN.tryLock(timeoutSeconds, TimeUnit.SECONDS)) {
                throw new IOException(purpose + " failed: another call has been at work for " + timeoutSeconds
                        + " s, and an H2 file takes one at a time; let a sink's writer do less in a transaction, or use"
                        + " PostgreSQL or MariaDB");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(purpose + " was interrupted while another call was at work");
        }
    }

    static void giveBack() {
        TURN.unlock();
    }
}
