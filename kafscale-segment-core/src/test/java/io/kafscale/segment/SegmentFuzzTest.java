package io.kafscale.segment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** Any bytes as a segment. */
class SegmentFuzzTest {

    private static final int BODY = 32;
    private static final int FOOTER = 16;
    private static final int BATCH_HEADER = 61;

    @FuzzTest
    void read(byte[] segment) {
        HostileBytes.read(segment);
        byte[] resealed = segment.clone();
        if (reseal(resealed)) {
            HostileBytes.read(resealed);
        }
    }

    /** Makes all checksums right, which a fuzzer cannot, so that it gets to what lies behind them. */
    private static boolean reseal(byte[] segment) {
        int bodyEnd = segment.length - FOOTER;
        if (bodyEnd < BODY) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.wrap(segment);
        int position = BODY;
        while (bodyEnd - position >= BATCH_HEADER) {
            int length = buffer.getInt(position + 8);
            if (length < BATCH_HEADER - 12 || length > bodyEnd - position - 12) {
                break;
            }
            buffer.putInt(position + 17, TestSegments.crc(segment, position + 21, length - 9));
            position += 12 + length;
        }
        TestSegments.resealed(segment);
        return true;
    }
}
