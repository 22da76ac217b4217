package io.kafscale.segment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.kafka.common.record.internal.CompressionType;

/** Any bytes as the block of a batch compressed by lz4. */
class Lz4FuzzTest {

    private static final int FLAGS = 1 + Integer.BYTES;
    private static final int CONTENT_SIZE_FLAG = 0x08;

    private static final XXHash32 HASH = XXHashFactory.fastestInstance().hash32();

    @FuzzTest
    void inflate(byte[] countAndBlock) {
        HostileBatch.read(CompressionType.LZ4, countAndBlock);
        byte[] resealed = countAndBlock.clone();
        if (reseal(resealed)) {
            HostileBatch.read(CompressionType.LZ4, resealed);
        }
    }

    /** Makes the checksum of the first frame's header right, which a fuzzer hardly can; false when it is already. */
    private static boolean reseal(byte[] countAndBlock) {
        if (countAndBlock.length <= FLAGS) {
            return false;
        }
        int descriptor = (countAndBlock[FLAGS] & CONTENT_SIZE_FLAG) == 0 ? 2 : 2 + Long.BYTES;
        if (countAndBlock.length <= FLAGS + descriptor) {
            return false;
        }
        byte checksum = (byte) (HASH.hash(countAndBlock, FLAGS, descriptor, 0) >>> 8);
        if (countAndBlock[FLAGS + descriptor] == checksum) {
            return false;
        }
        countAndBlock[FLAGS + descriptor] = checksum;
        return true;
    }
}
