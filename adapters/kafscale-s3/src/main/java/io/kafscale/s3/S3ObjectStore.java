package io.kafscale.s3;

import io.kafscale.discovery.FoundObject;
import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectChangedException;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket of Amazon S3, or of a store that speaks its protocol.
 *
 * <p><b>The client is the user's.</b> Credentials, region, endpoint, timeouts, retries and the number of connections are
 * what it was built with, and who built it closes it. A request is one call of the client; what the client does not retry
 * is not retried here. A thread that is interrupted while it waits for the network notices when something arrives, or
 * when the client's timeout ends the wait: 30 seconds, unless {@code apiCallAttemptTimeout} says otherwise.
 *
 * <p>Needs {@code s3:ListBucket} on the bucket and {@code s3:GetObject} on its objects. Without the former S3 reports a
 * missing object as access denied.
 *
 * <p>Every read carries {@code If-Match}. Thread safe, as the client is.
 */
public final class S3ObjectStore implements ObjectStore {

    /** The most keys that S3 shows at once. */
    private static final int PAGE_SIZE = 1000;

    private final S3Client client;
    private final String bucket;
    private final int pageSize;
    private final S3Failures failures;
    private final ConnectionCount connections;

    private S3ObjectStore(S3Client client, String bucket, int pageSize) {
        this.client = client;
        this.bucket = bucket;
        this.pageSize = pageSize;
        this.failures = new S3Failures(client, bucket);
        this.connections = new ConnectionCount(client);
    }

    /**
     * The objects of a bucket. Nothing is asked of S3 yet.
     *
     * @param bucket its name alone, as in {@code kafscale-data}
     * @throws IllegalArgumentException when that is empty, or more than a name
     */
    public static S3ObjectStore create(S3Client client, String bucket) {
        return create(client, bucket, PAGE_SIZE);
    }

    static S3ObjectStore create(S3Client client, String bucket, int pageSize) {
        if (bucket.isEmpty() || bucket.contains("/")) {
            throw new IllegalArgumentException(
                    "\"" + bucket + "\" is not a bucket; give its name alone, as in kafscale-data");
        }
        return new S3ObjectStore(client, bucket, pageSize);
    }

    @Override
    public ListPage list(ListRequest request) throws IOException {
        ListObjectsV2Request.Builder page = ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(request.prefix())
                .continuationToken(request.continuation())
                .maxKeys(pageSize);
        if (!request.startAfter().isEmpty()) {
            page.startAfter(request.startAfter());
        }
        if (request.delimited()) {
            page.delimiter("/");
        }
        if (!connections.isKnown()) {
            page.overrideConfiguration(connections.asking());
        }
        try {
            return page(request, client.listObjectsV2(page.build()));
        } catch (SdkException e) {
            throw failures.ofListing(request.prefix(), e);
        }
    }

    private static ListPage page(ListRequest request, ListObjectsV2Response response) {
        List<ObjectEntry> objects =
                response.contents().stream().map(S3ObjectStore::entry).toList();
        List<String> folders =
                response.commonPrefixes().stream().map(CommonPrefix::prefix).toList();
        @Nullable String mark = response.nextContinuationToken();
        return new ListPage(objects, folders, mark == null ? null : request.continued(mark));
    }

    private static ObjectEntry entry(S3Object object) {
        return new ObjectEntry(object.key(), object.size(), object.eTag(), inSeconds(object.lastModified()));
    }

    /** Headers tell whole seconds, and so do Amazon's listings; where others tell more, one object would look like two. */
    private static Instant inSeconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public void readRange(ObjectEntry object, long position, byte[] target, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, target.length);
        if (position < 0 || position > object.size() - length) {
            throw new IOException(
                    "%s has %d bytes, not %d from %d on".formatted(locate(object), object.size(), length, position));
        }
        if (length > 0) {
            String range = "bytes=" + position + "-" + (position + length - 1);
            get(object, request(object).range(range).build(), target, at, length);
        }
    }

    @Override
    public byte[] read(ObjectEntry object) throws IOException {
        if (object.size() > Integer.MAX_VALUE - 8) {
            throw new IOException(
                    locate(object) + " has " + object.size() + " bytes, too many for one array; read it in ranges");
        }
        byte[] content = new byte[(int) object.size()];
        get(object, request(object).build(), content, 0, content.length);
        return content;
    }

    @Override
    public void read(ObjectEntry object, byte[] target) throws IOException {
        Objects.checkFromIndexSize(0L, object.size(), target.length);
        get(object, request(object).build(), target, 0, (int) object.size());
    }

    /** One HEAD, or one GET where the content is wanted; S3 charges the same for both, a twelfth of a listing. */
    @Override
    public @Nullable FoundObject find(String key, int mostBytes) throws IOException {
        try {
            return mostBytes == 0 ? head(key) : getNamed(key, mostBytes);
        } catch (ObjectChangedException e) {
            return null;
        }
    }

    private FoundObject head(String key) throws IOException {
        try {
            HeadObjectResponse found =
                    client.headObject(request -> request.bucket(bucket).key(key));
            return new FoundObject(
                    new ObjectEntry(key, found.contentLength(), found.eTag(), inSeconds(found.lastModified())), null);
        } catch (SdkException e) {
            throw failures.ofReading(key, e);
        }
    }

    private FoundObject getNamed(String key, int mostBytes) throws IOException {
        GetObjectRequest request =
                GetObjectRequest.builder().bucket(bucket).key(key).build();
        try (ResponseInputStream<GetObjectResponse> body = client.getObject(request)) {
            GetObjectResponse found = body.response();
            ObjectEntry entry =
                    new ObjectEntry(key, found.contentLength(), found.eTag(), inSeconds(found.lastModified()));
            if (entry.size() > mostBytes) {
                body.abort();
                return new FoundObject(entry, null);
            }
            byte[] content = new byte[(int) entry.size()];
            fillOrAbort(entry, body, content, 0, content.length);
            return new FoundObject(entry, content);
        } catch (SdkException | IOException e) {
            throw failures.ofReading(key, e);
        }
    }

    /** As many as the client's HTTP client has connections; known after the first listing, where it says so. */
    @Override
    public int maxConcurrentCalls() {
        return connections.connections();
    }

    /** The bucket as {@code s3://bucket}. */
    @Override
    public String describe() {
        return "s3://" + bucket;
    }

    private GetObjectRequest.Builder request(ObjectEntry object) {
        return GetObjectRequest.builder().bucket(bucket).key(object.key()).ifMatch(object.etag());
    }

    private void get(ObjectEntry object, GetObjectRequest request, byte[] target, int at, int length)
            throws IOException {
        try (ResponseInputStream<GetObjectResponse> body = client.getObject(request)) {
            fillOrAbort(object, body, target, at, length);
        } catch (SdkException e) {
            throw failures.ofReading(object.key(), e);
        } catch (ObjectChangedException e) {
            throw e;
        } catch (IOException e) {
            throw failures.ofReading(object.key(), e);
        }
    }

    private void fillOrAbort(
            ObjectEntry object, ResponseInputStream<GetObjectResponse> body, byte[] target, int at, int length)
            throws IOException {
        try {
            fill(object, body, target, at, length);
        } catch (IOException | RuntimeException e) {
            // Else close() would read on to the end of a body that nobody wants, to save the connection.
            body.abort();
            throw e;
        }
    }

    private void fill(
            ObjectEntry object, ResponseInputStream<GetObjectResponse> body, byte[] target, int at, int length)
            throws IOException {
        Long announced = body.response().contentLength();
        if (announced != null && announced != length) {
            throw new ObjectChangedException(
                    locate(object), "the answer has " + announced + " bytes instead of " + length);
        }
        int done = body.readNBytes(target, at, length);
        // Reading up to the end is what lets the client check the body's checksum and use the connection again.
        if (done < length || body.read() >= 0) {
            throw new IOException(
                    "the answer is " + (done < length ? "cut off after " + done : "longer than " + length) + " bytes");
        }
    }

    private String locate(ObjectEntry object) {
        return describe() + "/" + object.key();
    }
}
