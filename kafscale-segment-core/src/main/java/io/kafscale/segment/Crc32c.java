package io.kafscale.segment;

import java.util.zip.CRC32C;

/** The checksum of segments and batches, CRC-32C (Castagnoli). Not thread safe. */
final class Crc32c {

    private final CRC32C crc = new CRC32C();

    int of(byte[] bytes, int from, int length) {
        crc.reset();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    static String format(int checksum) {
        return String.format("0x%08x", checksum);
    }
}
