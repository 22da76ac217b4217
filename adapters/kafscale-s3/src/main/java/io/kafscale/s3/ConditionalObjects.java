package io.kafscale.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Small objects of a bucket, read whole, and written only while they are what the writer believes them to be.
 *
 * <p>A write is one attempt, whatever the client's own retries are; when it is not answered by a plain yes, the object is
 * read back. Reads are retried as the client was told to. Every call ends within the request timeout.
 */
final class ConditionalObjects {

    /** Far above what a member with 100,000 partitions writes. */
    private static final int MAX_BYTES = 8 << 20;

    /** What came of a write. */
    sealed interface Written {

        /** It is there, under this ETag. */
        record Applied(String etag) implements Written {}

        /**
         * The object was not what the write was conditional on, so this write changed nothing and never will.
         *
         * @param found what is there, or null when nothing is
         */
        record Refused(@Nullable StoredObject found) implements Written {}
    }

    /** An object in a listing. */
    record Listed(String key, String etag, Instant lastModified) {}

    /**
     * All objects under a prefix.
     *
     * @param asOf the server's clock when it listed them, the one that {@code lastModified} is of; null if it does not say
     */
    record Listing(List<Listed> objects, @Nullable Instant asOf) {}

    private final S3Client client;
    private final String bucket;
    private final S3Failures failures;
    private final AwsRequestOverrideConfiguration inTime;
    private final AwsRequestOverrideConfiguration once;

    ConditionalObjects(S3Client client, String bucket, Duration requestTimeout) {
        this.client = client;
        this.bucket = bucket;
        this.failures = new S3Failures(client, bucket);
        this.inTime = AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(requestTimeout)
                .build();
        // A request cannot name a retry strategy, but may bring a plugin that changes the client's for its own sake.
        SdkPlugin noRetries = config -> config.overrideConfiguration(
                config.overrideConfiguration().copy(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry())));
        this.once = inTime.toBuilder().addPlugin(noRetries).build();
    }

    /** The bucket's address, and the endpoint's; for messages. */
    String name(String key) {
        return "s3://" + bucket + "/" + key;
    }

    /** Where the client looks, as in {@code  at http://127.0.0.1:9000}; for messages. */
    String place() {
        return failures.place();
    }

    /**
     * What is there, or null.
     *
     * @throws IOException when that could not be learnt
     */
    @Nullable
    StoredObject find(String key) throws IOException {
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .overrideConfiguration(inTime)
                .build();
        try (ResponseInputStream<GetObjectResponse> body = client.getObject(request)) {
            byte[] content = body.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                body.abort();
                throw new IOException("it has more than " + MAX_BYTES + " bytes and cannot be one of ours");
            }
            return new StoredObject(
                    name(key), new String(content, UTF_8), body.response().eTag());
        } catch (SdkException e) {
            if (S3Failures.isAbsent(e)) {
                return null;
            }
            throw failures.ofReading(key, e);
        } catch (IOException e) {
            throw failures.ofReading(key, e);
        }
    }

    /**
     * Writes an object in place of the one with this ETag.
     *
     * @param content unlike anything ever written under {@code key}
     * @param etag of the object it replaces; null when there must be none
     * @throws IOException when it is not known what came of it: it may have been written, or may yet be
     */
    Written write(String key, String content, @Nullable String etag) throws IOException {
        try {
            return new Written.Applied(put(key, content, etag));
        } catch (SdkException e) {
            IOException failure = failures.ofWriting(key, e);
            if (S3Failures.mayHaveBeenWritten(e) || S3Failures.isConflict(e)) {
                return readBack(key, content, etag, S3Failures.isConflict(e), failure);
            }
            throw failure;
        }
    }

    /** Only a conflict was certainly not written. One that was not answered may have been, and replaced since. */
    private Written readBack(String key, String content, @Nullable String etag, boolean conflict, IOException failure)
            throws IOException {
        @Nullable StoredObject found;
        try {
            found = find(key);
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw failure;
        }
        if (found != null && found.content().equals(content)) {
            return new Written.Applied(found.etag());
        }
        boolean changed = found == null ? etag != null : !found.etag().equals(etag);
        if (conflict && changed) {
            return new Written.Refused(found);
        }
        throw failure;
    }

    private String put(String key, String content, @Nullable String etag) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentType("application/json")
                .overrideConfiguration(once);
        if (etag == null) {
            request.ifNoneMatch("*");
        } else {
            request.ifMatch(etag);
        }
        PutObjectResponse response = client.putObject(request.build(), RequestBody.fromBytes(content.getBytes(UTF_8)));
        return response.eTag();
    }

    /**
     * Makes sure that the store refuses a write whose condition does not hold.
     *
     * @param key of an object that is there
     * @throws IOException when it does not, or when that could not be learnt
     */
    void prove(String key, String content) throws IOException {
        prove(key, content, null, "If-None-Match: *");
        prove(key, content, "\"0123456789abcdef0123456789abcdef\"", "If-Match");
    }

    private void prove(String key, String content, @Nullable String etag, String condition) throws IOException {
        try {
            put(key, content, etag);
        } catch (SdkException e) {
            if (S3Failures.isConditionFailed(e)) {
                return;
            }
            if (!S3Failures.isNotImplemented(e)) {
                throw failures.ofWriting(key, e);
            }
        }
        throw new IOException("the store" + place() + " does not honour " + condition + " on PUT (tried on " + name(key)
                + "), so two workers could own one partition; keep checkpoints in a store that does, as Amazon S3, or in"
                + " etcd");
    }

    /** All objects whose key begins with {@code prefix}; one request for every 1,000. */
    Listing list(String prefix) throws IOException {
        List<Listed> objects = new ArrayList<>();
        @Nullable Instant asOf = null;
        @Nullable String mark = null;
        do {
            ListObjectsV2Response page = page(prefix, mark, null);
            page.contents().forEach(o -> objects.add(new Listed(o.key(), o.eTag(), o.lastModified())));
            asOf = asOf == null ? date(page) : asOf;
            mark = page.nextContinuationToken();
        } while (mark != null);
        return new Listing(objects, asOf);
    }

    /** The names right under {@code prefix} that have objects below them. */
    List<String> folders(String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        @Nullable String mark = null;
        do {
            ListObjectsV2Response page = page(prefix, mark, "/");
            for (CommonPrefix folder : page.commonPrefixes()) {
                names.add(folder.prefix()
                        .substring(prefix.length(), folder.prefix().length() - 1));
            }
            mark = page.nextContinuationToken();
        } while (mark != null);
        return names;
    }

    private ListObjectsV2Response page(String prefix, @Nullable String mark, @Nullable String delimiter)
            throws IOException {
        try {
            return client.listObjectsV2(ListObjectsV2Request.builder()
                    .bucket(bucket)
                    .prefix(prefix)
                    .delimiter(delimiter)
                    .continuationToken(mark)
                    .overrideConfiguration(inTime)
                    .build());
        } catch (SdkException e) {
            throw failures.ofListing(prefix, e);
        }
    }

    private static @Nullable Instant date(ListObjectsV2Response page) {
        try {
            return page.sdkHttpResponse()
                    .firstMatchingHeader("Date")
                    .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    .orElse(null);
        } catch (DateTimeParseException e) {
            return null; // as good as not said
        }
    }

    /** Deletes whatever is there, or nothing. */
    void delete(String key) throws IOException {
        try {
            client.deleteObject(b -> b.bucket(bucket).key(key).overrideConfiguration(inTime));
        } catch (AwsServiceException e) {
            if (!S3Failures.isAbsent(e)) {
                throw failures.ofDeleting(key, e);
            }
        } catch (SdkException e) {
            throw failures.ofDeleting(key, e);
        }
    }
}
