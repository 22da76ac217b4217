/** The command line tool {@code kafscale}. Not a library: nothing here is meant to be called by other programs. */
@NullMarked
package io.kafscale.cli;

import org.jspecify.annotations.NullMarked;
