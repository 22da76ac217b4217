package io.kafscale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafscale.segment.ByteSlice;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Data in a form for people: short, on one line, and without a character that would steer a terminal. */
final class Shown {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int MOST_BYTES_A_CHARACTER = 4;

    private Shown() {}

    /** The bytes as text of at most {@code width} characters; what had to be cut is told by its size. */
    static String bytes(@Nullable ByteSlice slice, BytesFormat format, int width) {
        if (slice == null) {
            return "null";
        }
        if (slice.length() == 0) {
            return "\"\"";
        }
        int looked = Math.min(slice.length(), width * MOST_BYTES_A_CHARACTER);
        String text = line(new String(format.encode(slice.array(), slice.offset(), looked), UTF_8));
        if (looked == slice.length() && text.length() <= width) {
            return text;
        }
        String size = "… (" + size(slice.length()) + ")";
        int kept = Math.max(0, Math.min(text.length(), width - size.length()));
        boolean splitsPair = kept > 0 && Character.isHighSurrogate(text.charAt(kept - 1));
        return text.substring(0, splitsPair ? kept - 1 : kept) + size;
    }

    /** The text with everything escaped that is not a visible character. */
    static String line(String text) {
        if (text.codePoints().allMatch(Shown::isVisible)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (isVisible(c)) {
                escaped.appendCodePoint(c);
            } else {
                switch (c) {
                    case '\n' -> escaped.append("\\n");
                    case '\r' -> escaped.append("\\r");
                    case '\t' -> escaped.append("\\t");
                    default -> escaped.append(String.format("\\u%04x", c));
                }
            }
        });
        return escaped.toString();
    }

    private static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** A date of UTC. */
    static String date(long unixMillis) {
        return unixMillis == -1 ? "-" : DATE.format(Instant.ofEpochMilli(unixMillis));
    }

    /** Whole numbers with their thousands apart. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** So many bytes, in the unit that leaves few digits. */
    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double amount = bytes;
        int unit = -1;
        while (amount >= 1023.95) { // which would be shown as 1024.0
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
    }
}
