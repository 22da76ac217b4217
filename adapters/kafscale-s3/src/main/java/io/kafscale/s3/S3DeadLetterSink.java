package io.kafscale.s3;

import io.kafscale.processor.DeadLetter;
import io.kafscale.processor.DeadLetterSink;
import io.kafscale.processor.DeadLetters;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Puts dead letters into a bucket, an object each: {@code {prefix}/{group}/{topic}/{partition}/{offset}.json}. What is in it
 * {@link DeadLetters} says, and reads it from an {@link S3ObjectStore} of the bucket:
 *
 * <pre>{@code
 * DeadLetters.replay(S3ObjectStore.create(client, "kafscale-data"), "dead-letters/warehouse/", sink);
 * }</pre>
 *
 * <p>A letter is one PUT, and needs {@code s3:PutObject}; what comes again after a crash replaces itself. The prefix must not
 * lie in the brokers' namespace, where it would look like a topic. The client is the user's, and is not closed. Thread safe.
 */
public final class S3DeadLetterSink implements DeadLetterSink {

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final S3Failures failures;

    private S3DeadLetterSink(S3Client client, String bucket, String prefix) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
        this.failures = new S3Failures(client, bucket);
    }

    /**
     * Puts letters below a prefix. Nothing is asked of S3 yet.
     *
     * @param bucket its name alone, as in {@code kafscale-data}
     * @param prefix as in {@code dead-letters}
     * @throws IllegalArgumentException when the bucket is empty, or more than a name; or the prefix is empty, or begins or
     *     ends with {@code /}
     */
    public static S3DeadLetterSink create(S3Client client, String bucket, String prefix) {
        if (bucket.isEmpty() || bucket.contains("/")) {
            throw new IllegalArgumentException(
                    "\"" + bucket + "\" is not a bucket; give its name alone, as in kafscale-data");
        }
        if (prefix.isEmpty() || prefix.startsWith("/") || prefix.endsWith("/")) {
            throw new IllegalArgumentException(
                    "\"" + prefix + "\" is no key prefix: it must not be empty, nor begin or end with '/'");
        }
        return new S3DeadLetterSink(client, bucket, prefix);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException when S3 did not confirm it; names the object
     */
    @Override
    public void write(DeadLetter letter) throws IOException {
        TopicPartition partition = letter.partition();
        String key = prefix + "/" + letter.group() + "/" + partition.topic() + "/" + partition.partition() + "/"
                + letter.record().offset() + ".json";
        try {
            client.putObject(
                    request -> request.bucket(bucket).key(key).contentType("application/json"),
                    RequestBody.fromString(DeadLetters.toJson(letter)));
        } catch (SdkException e) {
            throw failures.ofWriting(key, e);
        }
    }
}
