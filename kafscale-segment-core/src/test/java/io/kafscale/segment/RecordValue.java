package io.kafscale.segment;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;

/** All that a record holds, copied, so that what two readings or two readers make of the same bytes can be compared. */
record RecordValue(long offset, long timestamp, ByteBuffer key, ByteBuffer value, List<HeaderValue> headers) {

    record HeaderValue(String key, ByteBuffer value) {}

    static RecordValue of(RecordView record) {
        List<HeaderValue> headers = new ArrayList<>();
        HeaderCursor cursor = record.headers();
        while (cursor.next()) {
            headers.add(new HeaderValue(cursor.key(), copy(cursor.value())));
        }
        return new RecordValue(record.offset(), record.timestamp(), copy(record.key()), copy(record.value()), headers);
    }

    /** The same of Kafka's own reader. */
    static RecordValue of(org.apache.kafka.common.record.internal.Record record) {
        List<HeaderValue> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new HeaderValue(header.key(), Utils.wrapNullable(header.value())));
        }
        return new RecordValue(record.offset(), record.timestamp(), copy(record.key()), copy(record.value()), headers);
    }

    private static ByteBuffer copy(ByteSlice slice) {
        return slice == null ? null : ByteBuffer.wrap(slice.toBytes());
    }

    private static ByteBuffer copy(ByteBuffer buffer) {
        return Utils.wrapNullable(Utils.toNullableArray(buffer));
    }
}
