package io.kafscale.cli;

import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Where a command writes.
 *
 * @param out results, UTF-8
 * @param err everything else, UTF-8
 * @param interactive whether a person watches: both are a terminal
 */
record Terminal(OutputStream out, PrintStream err, boolean interactive) {

    /** Says in one line why the command ends. */
    void error(String message) {
        err.println("kafscale: " + Shown.line(message));
    }

    /** Says in one line what should be known, though the command goes on. */
    void warning(String message) {
        err.println("kafscale: warning: " + Shown.line(message));
    }
}
