package io.kafscale.config;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Sink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * Sends records by POST, in order, and confirms a batch when each of its requests was answered with 2xx. What was sent
 * before something failed is sent again with the batch, so a receiver that must not count twice keeps, for each topic and
 * partition, the epoch and the last offset it took, and refuses a lower epoch.
 *
 * <pre>
 * {"topic":"orders","partition":0,"epoch":3,"firstOffset":42,
 *  "records":[{"offset":42,"timestamp":1767225600000,"key":"k","value":"v","headers":[]},…]}
 * </pre>
 *
 * Thread safe.
 */
final class HttpSink implements Sink {

    private static final int SUCCESS_FROM = 200;
    private static final int SUCCESS_UNTIL = 300;
    private static final int LONGEST_ANSWER_SHOWN = 200;

    private final HttpClient client;
    private final SinkConfig config;
    private final long maxRecords;

    HttpSink(HttpClient client, SinkConfig config) {
        this.client = client;
        this.config = config;
        this.maxRecords = config.get(HttpSinkFactory.MAX_RECORDS);
    }

    @Override
    public void write(RecordBatch batch) throws IOException {
        BatchCursor cursor = batch.cursor();
        RecordJson records = new RecordJson();
        for (boolean more = cursor.next(); more; ) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            try (JsonGenerator json = RecordJson.generator(body)) {
                begin(json, batch, cursor.offset());
                for (long count = 0; more && count < maxRecords; count++) {
                    json.writeStartObject();
                    records.writeFields(json, cursor);
                    json.writeEndObject();
                    more = cursor.next();
                }
            } // which closes the array and the object
            post(body.toByteArray());
        }
    }

    private static void begin(JsonGenerator json, RecordBatch batch, long firstOffset) throws IOException {
        json.writeStartObject();
        json.writeStringField("topic", batch.topicPartition().topic());
        json.writeNumberField("partition", batch.topicPartition().partition());
        json.writeNumberField("epoch", batch.context().epoch());
        json.writeNumberField("firstOffset", firstOffset);
        json.writeArrayFieldStart("records");
    }

    private void post(byte[] body) throws IOException {
        HttpRequest request = request(config)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> answer = send(client, request, BodyHandlers.ofString());
        if (answer.statusCode() < SUCCESS_FROM || answer.statusCode() >= SUCCESS_UNTIL) {
            String said = answer.body();
            throw new IOException(shown(request.uri()) + " answered " + answer.statusCode()
                    + ", which confirms nothing: " + said.substring(0, Math.min(said.length(), LONGEST_ANSWER_SHOWN)));
        }
    }

    /** A request to the sink's URL, without a method. */
    static HttpRequest.Builder request(SinkConfig config) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(config.get(HttpSinkFactory.URL)).timeout(config.get(HttpSinkFactory.TIMEOUT));
        String authorization = config.find(HttpSinkFactory.AUTHORIZATION);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request;
    }

    static <T> HttpResponse<T> send(HttpClient client, HttpRequest request, BodyHandler<T> handler) throws IOException {
        try {
            return client.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException("interrupted while " + shown(request.uri()) + " answered").initCause(e);
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new IOException(shown(request.uri()) + " does not answer: " + reason, e);
        }
    }

    /** Without what follows the path, which may hold a token. */
    private static String shown(URI url) {
        return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
    }
}
