package io.kafscale.config;

import java.util.Comparator;

/**
 * One thing wrong in a configuration file.
 *
 * @param file which file, as it was named
 * @param line where in it, from 1
 * @param column where in the line, from 1
 * @param message what is wrong and what to do, in one sentence; never a secret
 */
public record ConfigProblem(String file, int line, int column, String message) {

    static final Comparator<ConfigProblem> BY_POSITION = Comparator.comparingInt(ConfigProblem::line)
            .thenComparingInt(ConfigProblem::column)
            .thenComparing(ConfigProblem::message);

    /** As compilers print it, which editors follow: {@code file:line:column: message}. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
