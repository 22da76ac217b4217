package io.kafscale.cli;

import java.time.Duration;

/** A bar that grows on a terminal while bytes are read; nothing at all where nobody watches. Not thread safe. */
final class Progress {

    private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
    private static final int WIDTH = 30;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final Terminal terminal;
    private final long totalBytes;
    private long doneBytes;
    private long drawnNanos;
    private boolean drawn;

    Progress(Terminal terminal, long totalBytes) {
        this.terminal = terminal;
        this.totalBytes = totalBytes;
        this.drawnNanos = System.nanoTime() - REDRAW_NANOS;
    }

    /** So many more bytes are done. */
    void add(long bytes) {
        doneBytes += bytes;
        if (terminal.interactive() && System.nanoTime() - drawnNanos >= REDRAW_NANOS) {
            drawnNanos = System.nanoTime();
            drawn = true;
            terminal.err().print(ERASE_LINE + bar());
            terminal.err().flush();
        }
    }

    /** Takes the bar away, so that something else can be written. */
    void clear() {
        if (drawn) {
            drawn = false;
            terminal.err().print(ERASE_LINE);
            terminal.err().flush();
        }
    }

    private String bar() {
        double done = totalBytes == 0 ? 0 : Math.min(1, (double) doneBytes / totalBytes);
        int filled = (int) (done * WIDTH);
        return "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + (int) (done * 100) + "%  "
                + Shown.size(doneBytes) + " of " + Shown.size(totalBytes);
    }
}
