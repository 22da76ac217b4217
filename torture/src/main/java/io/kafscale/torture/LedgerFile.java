package io.kafscale.torture;

import io.kafscale.processor.RecordBatch;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What one worker's sink was given, written down line by line as it happens; {@link Ledger} reads it back. A line is in the
 * file when the call returns, and outlives the process. Times are {@link System#nanoTime()}, which all processes of a Linux
 * host share. Thread safe.
 *
 * <pre>
 *   begin number time topic partition epoch first-offset next-offset attempt millis-of-lease-left
 *   part  number time confirmed-below-offset offset:hash offset:hash …
 *   end   number time confirmed|failed offset:hash offset:hash …
 * </pre>
 */
final class LedgerFile implements AutoCloseable {

    /** No channel: an interrupted thread would close that. */
    private final FileOutputStream out;

    private long dispatches;

    private LedgerFile(FileOutputStream out) {
        this.out = out;
    }

    /** @throws IOException when the file exists, or cannot be made */
    static LedgerFile create(Path file) throws IOException {
        return new LedgerFile(new FileOutputStream(Files.createFile(file).toFile(), true));
    }

    /** A sink was called; returns the number under which the end is noted. */
    synchronized long begin(RecordBatch batch) throws IOException {
        long number = dispatches++;
        // The time first: the lease was good at this time if it is good later.
        long now = System.nanoTime();
        long leaseLeft = batch.context().remainingLease().toNanos();
        line("begin " + number + " " + now + " " + batch.topicPartition().topic() + " "
                + batch.topicPartition().partition() + " " + batch.context().epoch() + " " + batch.firstOffset() + " "
                + batch.nextOffset() + " " + batch.attempt() + " "
                + (leaseLeft == 0 ? 0 : 1 + TimeUnit.NANOSECONDS.toMillis(leaseLeft)));
        return number;
    }

    /**
     * The sink is about to confirm a part.
     *
     * @param next the offset below which it confirms
     * @param records what was written since the part before, as {@code offset:hash} with a blank before each
     */
    synchronized void part(long number, long next, CharSequence records) throws IOException {
        line("part " + number + " " + System.nanoTime() + " " + next + records);
    }

    /**
     * The sink is about to return, or to throw.
     *
     * @param records what was written since the last part, as {@code offset:hash} with a blank before each
     */
    synchronized void end(long number, boolean isConfirmed, CharSequence records) throws IOException {
        line("end " + number + " " + System.nanoTime() + " " + (isConfirmed ? "confirmed" : "failed") + records);
    }

    private void line(String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
