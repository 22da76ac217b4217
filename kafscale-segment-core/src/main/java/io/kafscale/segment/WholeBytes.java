package io.kafscale.segment;

/** The whole object in one array, or all of it from some batch on; a batch is followed by the footer at least. */
final class WholeBytes implements SegmentBytes {

    private final byte[] array;
    private final int leftOut;

    /** {@code leftOut} bytes of the object were left out before what is read. */
    WholeBytes(byte[] array, int leftOut) {
        this.array = array;
        this.leftOut = leftOut;
    }

    @Override
    public int load(int position, int length) {
        return position - leftOut;
    }

    @Override
    public byte[] array() {
        return array;
    }
}
