package io.kafscale.s3;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Leases and offsets in a bucket of Amazon S3, or of a store that honours {@code If-Match} and {@code If-None-Match} on
 * PUT as S3 does. Nothing else is needed: no etcd, no database.
 *
 * <pre>
 *   {prefix}/{group}/partitions/{topic}/{partition}   owner, token, checkpoint: all that counts, in one object
 *   {prefix}/{group}/members/{member id}              a member's heartbeat: sequence number, subscription, claims
 *   {prefix}/token-floor                              after a group was deleted: where tokens begin
 * </pre>
 *
 * <p><b>Fencing.</b> Every write of a partition's object replaces exactly the version its writer saw, by ETag. Acquiring,
 * committing and releasing are such writes, so of two that contend one is refused, and a worker that was paused changes
 * nothing after another has taken over. Objects are deleted with their group only. Each write holds a random number, so
 * that no ETag ever comes back.
 *
 * <p><b>Expiry</b> is by the clock of whoever looks, and by no wall clock: a member whose object stays the same for its TTL
 * is declared dead with a write on that very object, after which it can renew nothing. A worker that has just joined looks
 * on for a whole TTL before it takes over anything.
 *
 * <p><b>Cost.</b> A heartbeat is one PUT, one LIST and a GET for every other member, however many partitions are held. A
 * commit is a PUT for each partition; acquiring and releasing take two or three requests. Processors therefore commit every
 * {@link #COMMIT_INTERVAL} unless told otherwise, and a TTL of a minute is recommended: {@code leaseTtl(Duration
 * .ofSeconds(60))}.
 *
 * <p><b>The client is the user's.</b> It is not closed here. It needs {@code s3:ListBucket}, {@code s3:GetObject},
 * {@code s3:PutObject} and {@code s3:DeleteObject} below the prefix. Its retries are used for reading; a write is one
 * attempt. Every request ends within {@link #REQUEST_TIMEOUT}, or a third of the TTL if that is less. Nobody else may write
 * below the prefix, nor may a lifecycle rule expire what is there.
 *
 * <p>S3 tells nobody anything: who acquires and releases is seen with the next heartbeat, and no hints are given.
 *
 * <p>Thread safe. Nothing is asked of S3 before the first call.
 */
public final class S3CheckpointStore implements CheckpointStore {

    /** The prefix unless another is given. */
    public static final String DEFAULT_PREFIX = "kafscale-checkpoints";

    /** How long an answer may take before the outcome counts as unknown. */
    public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** How often processors commit unless told otherwise; every commit is a PUT. */
    public static final Duration COMMIT_INTERVAL = Duration.ofSeconds(10);

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final Duration requestTimeout;
    private final LongSupplier nanoTime;
    private final Parallel parallel = new Parallel();

    private S3CheckpointStore(
            S3Client client, String bucket, String prefix, Duration requestTimeout, LongSupplier nanoTime) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
        this.requestTimeout = requestTimeout;
        this.nanoTime = nanoTime;
    }

    /**
     * A store under {@link #DEFAULT_PREFIX}.
     *
     * @param bucket its name alone, as in {@code kafscale-data}
     * @throws IllegalArgumentException when that is empty, or more than a name
     */
    public static S3CheckpointStore create(S3Client client, String bucket) {
        return create(client, bucket, DEFAULT_PREFIX);
    }

    /**
     * A store under a prefix of its own.
     *
     * @param bucket its name alone, as in {@code kafscale-data}
     * @param prefix as in {@code kafscale-checkpoints} or {@code teams/warehouse}
     * @throws IllegalArgumentException when the bucket is empty, or more than a name; or the prefix is empty, or begins or
     *     ends with {@code /}
     */
    public static S3CheckpointStore create(S3Client client, String bucket, String prefix) {
        return create(client, bucket, prefix, REQUEST_TIMEOUT, System::nanoTime);
    }

    /** One that is more or less patient, and whose members age by another clock. */
    static S3CheckpointStore create(
            S3Client client, String bucket, String prefix, Duration requestTimeout, LongSupplier nanoTime) {
        if (bucket.isEmpty() || bucket.contains("/")) {
            throw new IllegalArgumentException(
                    "\"" + bucket + "\" is not a bucket; give its name alone, as in kafscale-data");
        }
        if (prefix.isEmpty() || prefix.startsWith("/") || prefix.endsWith("/")) {
            throw new IllegalArgumentException(
                    "\"" + prefix + "\" is no key prefix: it must not be empty, nor begin or end with '/'");
        }
        return new S3CheckpointStore(client, bucket, prefix, requestTimeout, nanoTime);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Two writes that must be refused prove that the store honours conditions.
     *
     * @throws IllegalArgumentException when {@code group} is empty or has a {@code /} in it, or {@code ttl} is below 1 ms
     */
    @Override
    public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
        Duration wholeMillis = Duration.ofMillis(ttl.toMillis());
        if (wholeMillis.isZero() || wholeMillis.isNegative()) {
            throw new IllegalArgumentException("a TTL of " + ttl + " is below 1 ms");
        }
        Duration thirdOfTtl = wholeMillis.dividedBy(3);
        ConditionalObjects objects = objects(thirdOfTtl.compareTo(requestTimeout) < 0 ? thirdOfTtl : requestTimeout);
        return S3Session.join(objects, keys(group), floor(objects), parallel, nanoTime, subscription, wholeMillis);
    }

    @Override
    public SortedSet<String> groups() throws IOException {
        return new TreeSet<>(objects(requestTimeout).folders(prefix + "/"));
    }

    /**
     * {@inheritDoc}
     *
     * <p>It takes a request for every partition and member. A member counts as dead when, by S3's clock, its last heartbeat
     * is a TTL ago.
     */
    @Override
    public GroupState inspect(String group) throws IOException {
        return group(group).state();
    }

    @Override
    public void delete(String group) throws IOException {
        group(group).delete();
    }

    private S3Group group(String group) {
        ConditionalObjects objects = objects(requestTimeout);
        return new S3Group(objects, keys(group), floor(objects), parallel);
    }

    private ConditionalObjects objects(Duration timeout) {
        return new ConditionalObjects(client, bucket, timeout);
    }

    private TokenFloor floor(ConditionalObjects objects) {
        return new TokenFloor(objects, prefix + "/token-floor");
    }

    private GroupKeys keys(String group) {
        if (group.isEmpty() || group.contains("/")) {
            throw new IllegalArgumentException(
                    "\"" + group + "\" cannot name a group in S3: it must not be empty, nor contain '/'");
        }
        return new GroupKeys(prefix, group);
    }

    @Override
    public Duration commitInterval() {
        return COMMIT_INTERVAL;
    }

    @Override
    public String describe() {
        ConditionalObjects objects = objects(requestTimeout);
        return objects.name(prefix) + objects.place();
    }

    @Override
    public String toString() {
        return describe();
    }

    /** Ends its threads; the client stays open. */
    @Override
    public void close() {
        parallel.close();
    }
}
