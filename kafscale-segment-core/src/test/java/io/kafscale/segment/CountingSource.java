package io.kafscale.segment;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Counts what is fetched, and fails when told to. */
final class CountingSource implements RangeSource {

    private final RangeSource source;
    long bytesFetched;
    int requests;
    boolean failing;

    CountingSource(byte[] bytes) {
        this.source = RangeSource.of(ByteBuffer.wrap(bytes));
    }

    @Override
    public long length() {
        return source.length();
    }

    @Override
    public void readRange(long position, byte[] target, int at, int length) throws IOException {
        if (failing) {
            throw new IOException("GET of the object failed: 503");
        }
        bytesFetched += length;
        requests++;
        source.readRange(position, target, at, length);
    }
}
