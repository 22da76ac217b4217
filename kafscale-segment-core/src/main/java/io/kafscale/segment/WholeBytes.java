package io.kafscale.segment;

/** The whole object in one array, where a batch is followed by the footer at least. */
final class WholeBytes implements SegmentBytes {

    private final byte[] array;

    WholeBytes(byte[] array) {
        this.array = array;
    }

    @Override
    public int load(int position, int length) {
        return position;
    }

    @Override
    public byte[] array() {
        return array;
    }
}
