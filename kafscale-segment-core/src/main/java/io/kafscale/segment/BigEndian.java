package io.kafscale.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Integers as segments, indexes and batch headers write them: most significant byte first. */
final class BigEndian {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    static short getShort(byte[] bytes, int position) {
        return (short) SHORT.get(bytes, position);
    }

    static int getInt(byte[] bytes, int position) {
        return (int) INT.get(bytes, position);
    }

    static long getLong(byte[] bytes, int position) {
        return (long) LONG.get(bytes, position);
    }
}
