package io.kafscale.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of reading records to the last.
 *
 * @param records the records read before anything was found wrong
 * @param failure what the exception said that ended it, or null; never another than the two documented ones
 */
record SegmentReading(List<RecordValue> records, String failure) {

    /** Makes a cursor before the first of the records. */
    interface Opening {
        RecordCursor open() throws IOException;
    }

    static SegmentReading of(Opening opening) {
        List<RecordValue> records = new ArrayList<>();
        String failure = null;
        try (RecordCursor cursor = opening.open()) {
            while (cursor.next()) {
                RecordValue record = RecordValue.of(cursor);
                assertThat(RecordValue.of(cursor.copy())).as("the copy").isEqualTo(record);
                records.add(record);
            }
        } catch (CorruptSegmentException | UnsupportedSegmentException e) {
            failure = e.toString();
        } catch (IOException e) {
            throw new AssertionError("memory does not fail", e);
        }
        return new SegmentReading(records, failure);
    }

    boolean complete() {
        return failure == null;
    }

    /** Whether this is where {@code other} was, too, before it was broken off or went on. */
    boolean isBeginningOf(SegmentReading other) {
        return records.size() <= other.records.size()
                && records.equals(other.records.subList(0, records.size()))
                && (!complete() || equals(other));
    }
}
