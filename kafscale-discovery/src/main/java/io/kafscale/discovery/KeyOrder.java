package io.kafscale.discovery;

/** Compares keys as their UTF-8 bytes compare, without encoding them. */
final class KeyOrder {
    private KeyOrder() {}

    /**
     * UTF-8 sorts by code point, UTF-16 by code unit; they differ only where one text has a surrogate, which stands for a
     * code point above all others, and the other has one of the characters behind the surrogates.
     */
    static int compare(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean sameKind = Character.isSurrogate(x) == Character.isSurrogate(y);
                return sameKind
                        ? Character.compare(x, y)
                        : Boolean.compare(Character.isSurrogate(x), Character.isSurrogate(y));
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
