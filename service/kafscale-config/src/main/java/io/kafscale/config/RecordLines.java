package io.kafscale.config;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a batch as lines of JSON, an object a record. */
final class RecordLines {

    private RecordLines() {}

    static void write(RecordBatch batch, OutputStream out) throws IOException {
        RecordJson records = new RecordJson();
        try (JsonGenerator json = RecordJson.generator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
            BatchCursor cursor = batch.cursor();
            while (cursor.next()) {
                json.writeStartObject();
                json.writeStringField("topic", batch.topicPartition().topic());
                json.writeNumberField("partition", batch.topicPartition().partition());
                records.writeFields(json, cursor);
                json.writeEndObject();
                json.writeRaw('\n');
            }
        }
    }
}
