package io.kafscale.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/** Values as the file would have them. */
final class Shown {

    private Shown() {}

    static String value(Object value) {
        if (value instanceof Duration time) {
            return BigDecimal.valueOf(time.toNanos(), 9).stripTrailingZeros().toPlainString();
        }
        if (value instanceof Enum<?> choice) {
            return choice.name().toLowerCase(Locale.ROOT);
        }
        if (value instanceof Long number && number >= 1 << 20 && number % (1 << 20) == 0) {
            return number / (1 << 20) + "MiB";
        }
        return value.toString();
    }
}
