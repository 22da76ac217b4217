package io.kafscale.segment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.CompressionType;

/** Any bytes as what follows the framing's header in a batch compressed by snappy-java's streams. */
class FramedSnappyFuzzTest {

    private static final byte[] FRAMING = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1};

    @FuzzTest
    void inflate(byte[] countAndBlocks) {
        if (countAndBlocks.length == 0) {
            return;
        }
        byte[] framed = ByteBuffer.allocate(countAndBlocks.length + FRAMING.length)
                .put(countAndBlocks[0])
                .put(FRAMING)
                .put(countAndBlocks, 1, countAndBlocks.length - 1)
                .array();
        HostileBatch.read(CompressionType.SNAPPY, framed);
    }
}
