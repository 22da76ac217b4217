package io.kafscale.segment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.apache.kafka.common.record.internal.CompressionType;

/** Any bytes as the block of a batch compressed by gzip. */
class GzipFuzzTest {

    @FuzzTest
    void inflate(byte[] countAndBlock) {
        HostileBatch.read(CompressionType.GZIP, countAndBlock);
    }
}
