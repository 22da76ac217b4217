package io.kafscale.segment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.apache.kafka.common.record.internal.CompressionType;

/** Any bytes as the records of an uncompressed batch. */
class RecordFuzzTest {

    @FuzzTest
    void read(byte[] countAndRecords) {
        HostileBatch.read(CompressionType.NONE, countAndRecords);
    }
}
