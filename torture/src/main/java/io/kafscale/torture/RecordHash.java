package io.kafscale.torture;

import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** 32 bits that stand for a record: its partition, offset, key and value. */
final class RecordHash {

    private static final byte[] NOTHING = {'-'};

    private RecordHash() {}

    static long of(TopicPartition partition, RecordView record) {
        return of(partition, record.offset(), bytes(record.key()), bytes(record.value()));
    }

    static long of(TopicPartition partition, long offset, byte[] key, byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update((partition + "@" + offset + "/" + key.length + "/").getBytes(StandardCharsets.UTF_8));
        crc.update(key);
        crc.update(value);
        // 0 stands for no record.
        return crc.getValue() + 1;
    }

    private static byte[] bytes(@Nullable ByteSlice slice) {
        return slice == null ? NOTHING : slice.toBytes();
    }
}
