package io.kafscale.config;

/**
 * What became of reaching one thing that a file names.
 *
 * @param what which thing
 * @param isReached whether it answered
 * @param finding what was found there, or why it was not reached; one sentence without secrets
 */
public record Reached(String what, boolean isReached, String finding) {

    /** As a line. */
    @Override
    public String toString() {
        return (isReached ? "ok      " : "FAILED  ") + what + ": " + finding;
    }
}
