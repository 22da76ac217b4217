package io.kafscale.benchmarks;

import java.util.Locale;

/**
 * What a whole processor was measured at.
 *
 * @param row which measurement, {@code pipeline-…}
 * @param value the figure that the limit is about
 * @param unit of value and limit
 * @param limit to reach, or not to exceed; NaN when there is none
 * @param atLeast whether the limit is to be reached, rather than not to be exceeded
 * @param details what else was seen
 */
record PipelineResult(String row, double value, String unit, double limit, boolean atLeast, String details) {

    boolean isReached() {
        return Double.isNaN(limit) || (atLeast ? value >= limit : value <= limit);
    }

    /** As it is printed: {@code at least 0.90 ×}. */
    String limitText() {
        return Double.isNaN(limit) ? "" : (atLeast ? "at least " : "at most ") + number(limit) + " " + unit;
    }

    String valueText() {
        return number(value) + " " + unit;
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, number < 10 ? "%.2f" : "%.0f", number);
    }
}
