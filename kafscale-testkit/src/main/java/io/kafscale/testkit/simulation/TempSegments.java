package io.kafscale.testkit.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

final class TempSegments {
    private TempSegments() {}

    static byte[] kfs(long base, long created, List<String> values) {
        ByteBuffer r = ByteBuffer.allocate(4000);
        for (int i = 0; i < values.size(); i++) {
            byte[] v = values.get(i).getBytes(StandardCharsets.UTF_8);
            ByteBuffer one = ByteBuffer.allocate(400);
            one.put((byte) 0);
            varint(one, 0);
            varint(one, i);
            varint(one, -1);
            varint(one, v.length);
            one.put(v);
            varint(one, 0);
            one.flip();
            varint(r, one.remaining());
            r.put(one);
        }
        r.flip();
        ByteBuffer b = ByteBuffer.allocate(32 + 61 + r.remaining() + 16);
        b.putInt(0x4b414653)
                .putShort((short) 1)
                .putShort((short) 0)
                .putLong(base)
                .putInt(values.size())
                .putLong(created)
                .putInt(0);
        b.putLong(base)
                .putInt(49 + r.remaining())
                .putInt(-1)
                .put((byte) 2)
                .putInt(0)
                .putShort((short) 0);
        b.putInt(values.size() - 1)
                .putLong(created)
                .putLong(created)
                .putLong(-1)
                .putShort((short) -1)
                .putInt(-1)
                .putInt(values.size());
        b.put(r);
        CRC32C c = new CRC32C();
        c.update(b.array(), 32 + 21, b.position() - 32 - 21);
        b.putInt(32 + 17, (int) c.getValue());
        CRC32C s = new CRC32C();
        s.update(b.array(), 32, b.position() - 32);
        b.putInt((int) s.getValue()).putLong(base + values.size() - 1).putInt(0x454e4421);
        return b.array();
    }

    private static void varint(ByteBuffer to, int value) {
        int v = (value << 1) ^ (value >> 31);
        while ((v & ~0x7f) != 0) {
            to.put((byte) ((v & 0x7f) | 0x80));
            v >>>= 7;
        }
        to.put((byte) v);
    }
}
