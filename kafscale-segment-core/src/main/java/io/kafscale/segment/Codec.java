package io.kafscale.segment;

/** Inflates what one compression made. May keep contexts between calls; not thread safe. */
interface Codec {

    /**
     * Inflates {@code source[from, from + length)}, appending to {@code target}, which is empty at first.
     *
     * @throws MalformedBlockException when the bytes are not what this compression makes, or inflate to more than the
     *     target takes
     */
    void inflate(byte[] source, int from, int length, InflatedBytes target) throws MalformedBlockException;
}
