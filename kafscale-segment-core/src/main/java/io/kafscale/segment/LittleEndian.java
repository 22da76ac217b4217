package io.kafscale.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Integers as gzip and LZ4 write them: least significant byte first. */
final class LittleEndian {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    static int getUnsignedShort(byte[] bytes, int position) {
        return (short) SHORT.get(bytes, position) & 0xffff;
    }

    static int getInt(byte[] bytes, int position) {
        return (int) INT.get(bytes, position);
    }

    static long getUnsignedInt(byte[] bytes, int position) {
        return getInt(bytes, position) & 0xffffffffL;
    }

    static long getLong(byte[] bytes, int position) {
        return (long) LONG.get(bytes, position);
    }
}
