package io.kafscale.cli;

import io.kafscale.segment.HeaderCursor;
import io.kafscale.segment.RecordView;
import io.kafscale.segment.TimestampType;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Columns for people: partition, offset, date (UTC), key, value, headers; the long ones shortened. */
final class TextRecordPrinter implements RecordPrinter {

    private static final int OFFSET_WIDTH = 12;
    private static final int DATE_WIDTH = 24;
    private static final int KEY_WIDTH = 24;
    private static final int VALUE_WIDTH = 64;
    private static final int HEADER_WIDTH = 32;
    private static final int MOST_HEADERS = 4;

    private final Output out;
    private final BytesFormat bytesFormat;
    private final int partitionWidth;
    private String partition = "";
    private boolean titled;

    TextRecordPrinter(Output out, BytesFormat bytesFormat, int partitionWidth) {
        this.out = out;
        this.bytesFormat = bytesFormat;
        this.partitionWidth = Math.max("PARTITION".length(), partitionWidth);
    }

    @Override
    public void begin(@Nullable TopicPartition from) {
        partition = from == null ? "-" : from.toString();
    }

    @Override
    public void print(RecordView record) throws IOException {
        if (!titled) {
            titled = true;
            line("PARTITION", "OFFSET", "TIMESTAMP (UTC)", "KEY", "VALUE", "HEADERS");
        }
        boolean byBroker = record.timestampType() == TimestampType.LOG_APPEND_TIME;
        line(
                partition,
                Long.toString(record.offset()),
                Shown.date(record.timestamp()) + (byBroker ? "*" : ""), // the footnote is in the help
                Shown.bytes(record.key(), bytesFormat, KEY_WIDTH),
                Shown.bytes(record.value(), bytesFormat, VALUE_WIDTH),
                headers(record.headers()));
    }

    private String headers(HeaderCursor headers) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < MOST_HEADERS && headers.next(); i++) {
            text.append(i == 0 ? "" : " ")
                    .append(Shown.bytes(headers.keySlice(), BytesFormat.UTF8, HEADER_WIDTH))
                    .append('=')
                    .append(Shown.bytes(headers.value(), bytesFormat, HEADER_WIDTH));
        }
        int more = headers.count() - MOST_HEADERS;
        return more > 0 ? text.append(" and ").append(more).append(" more").toString() : text.toString();
    }

    private void line(String partition, String offset, String date, String key, String value, String headers)
            throws IOException {
        StringBuilder line = new StringBuilder(256);
        left(line, partition, partitionWidth);
        pad(line, OFFSET_WIDTH - offset.length()).append(offset).append("  ");
        left(line, date, DATE_WIDTH);
        left(line, key, KEY_WIDTH);
        if (headers.isEmpty()) {
            line.append(value);
        } else {
            left(line, value, VALUE_WIDTH).append(headers);
        }
        out.write(line.append('\n').toString());
    }

    private static StringBuilder left(StringBuilder line, String cell, int width) {
        return pad(line.append(cell), width - cell.codePointCount(0, cell.length()))
                .append("  ");
    }

    private static StringBuilder pad(StringBuilder line, int count) {
        return line.append(" ".repeat(Math.max(0, count)));
    }
}
