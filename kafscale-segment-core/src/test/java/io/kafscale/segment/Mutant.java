package io.kafscale.segment;

import java.util.Arrays;
import java.util.Random;

/** Bytes that were damaged in one place, or two. */
final class Mutant {

    private static final int LONGEST_RUN = 400;

    /** What was done to them, for messages. */
    final String change;

    final byte[] bytes;

    private Mutant(String change, byte[] bytes) {
        this.change = change;
        this.bytes = bytes;
    }

    static Mutant of(byte[] original, Random random) {
        int at = random.nextInt(original.length);
        int length = 1 + random.nextInt(Math.min(LONGEST_RUN, original.length - at));
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> flip(original, at, random.nextInt(8));
            case 3 -> overwrite(original, at, (byte) random.nextInt());
            case 4 -> fill(original, at, length, (byte) (random.nextBoolean() ? 0 : -1));
            case 5 -> new Mutant("cut to " + at + " bytes", Arrays.copyOf(original, at));
            case 6 -> remove(original, at, length);
            default -> swap(original, at, random.nextInt(original.length), length);
        };
    }

    private static Mutant flip(byte[] original, int at, int bit) {
        return overwrite(original, at, (byte) (original[at] ^ 1 << bit));
    }

    private static Mutant overwrite(byte[] original, int at, byte value) {
        byte[] bytes = original.clone();
        bytes[at] = value;
        return new Mutant("byte " + at + " set to " + value, bytes);
    }

    private static Mutant fill(byte[] original, int at, int length, byte value) {
        byte[] bytes = original.clone();
        Arrays.fill(bytes, at, at + length, value);
        return new Mutant(length + " bytes from " + at + " on set to " + value, bytes);
    }

    private static Mutant remove(byte[] original, int at, int length) {
        byte[] bytes = new byte[original.length - length];
        System.arraycopy(original, 0, bytes, 0, at);
        System.arraycopy(original, at + length, bytes, at, bytes.length - at);
        return new Mutant(length + " bytes from " + at + " on cut out", bytes);
    }

    private static Mutant swap(byte[] original, int one, int other, int most) {
        int first = Math.min(one, other);
        int second = Math.max(one, other);
        int length = Math.min(most, Math.min(second - first, original.length - second));
        byte[] bytes = original.clone();
        System.arraycopy(original, first, bytes, second, length);
        System.arraycopy(original, second, bytes, first, length);
        return new Mutant(length + " bytes from " + first + " on swapped with those from " + second + " on", bytes);
    }
}
