package io.kafscale.segment;

import java.util.zip.CRC32C;

/** The checksum of segments and batches, CRC-32C (Castagnoli). */
final class Crc32c {

    private Crc32c() {}

    static int of(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C(); // does not escape, so costs no allocation once compiled
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    static String format(int checksum) {
        return String.format("0x%08x", checksum);
    }
}
