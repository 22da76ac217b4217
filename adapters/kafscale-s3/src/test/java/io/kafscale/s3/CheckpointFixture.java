package io.kafscale.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.LocalS3;
import io.kafscale.testkit.S3Proxy;
import io.kafscale.testkit.S3Proxy.Fault;
import io.kafscale.testkit.S3Proxy.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A store in S3, behind the proxy, whose members age by a clock of the test's. A group for every test. */
@Timeout(60)
abstract class CheckpointFixture {

    static final String BUCKET = "checkpoints";
    static final String PREFIX = S3CheckpointStore.DEFAULT_PREFIX;
    static final Duration TTL = Duration.ofSeconds(60);
    static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    static final Outcome APPLIED = new Outcome.Applied();

    private static LocalS3 server;
    static S3Proxy proxy;

    /** Goes around the proxy. */
    static S3Client direct;

    static S3Client client;

    final String group = "group-" + UUID.randomUUID();
    final GroupKeys keys = new GroupKeys(PREFIX, group);
    final AtomicLong nanoTime = new AtomicLong();
    final S3CheckpointStore store =
            S3CheckpointStore.create(client, BUCKET, PREFIX, S3CheckpointStore.REQUEST_TIMEOUT, nanoTime::get);

    @BeforeAll
    static void start() throws IOException {
        server = LocalS3.start(BUCKET);
        proxy = S3Proxy.to(server.endpoint());
        direct = TestClients.builder(server.endpoint()).build();
        client = TestClients.builder(proxy.endpoint()).build();
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        direct.close();
        proxy.close();
        server.close();
    }

    @AfterEach
    void end() {
        proxy.heal();
        store.close();
        proxy.takeRequests();
    }

    GroupSession join() throws IOException {
        return store.join(group, TTL);
    }

    void pass(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }

    /** This fault for the requests that are meant, and none for the others. */
    static void fault(Fault fault, Predicate<Request> meant) {
        proxy.faults(request -> meant.test(request) ? fault : Fault.NONE);
    }

    Predicate<Request> any(String method) {
        return request -> request.method().equals(method) && request.key().startsWith(keys.all());
    }

    Predicate<Request> put(TopicPartition partition) {
        return request -> request.method().equals("PUT") && request.key().equals(keys.partition(partition));
    }

    Predicate<Request> put(GroupSession member) {
        return request -> request.method().equals("PUT") && request.key().equals(keys.member(member.memberId()));
    }

    static Lease lease(GroupSession session, TopicPartition partition) {
        return acquired(session, partition).lease();
    }

    static Acquisition.Acquired acquired(GroupSession session, TopicPartition partition) {
        Acquisition acquisition = session.acquire(partition);
        assertThat(acquisition).isInstanceOf(Acquisition.Acquired.class);
        return (Acquisition.Acquired) acquisition;
    }

    static Outcome commit(GroupSession session, Lease lease, long nextOffset) {
        return session.commit(List.of(new Commit(lease, Checkpoint.at(nextOffset))))
                .get(0);
    }

    /** As it stands in the object. */
    PartitionValue stored(TopicPartition partition) throws IOException {
        return PartitionValue.of(new StoredObject("stored", content(keys.partition(partition)), "\"e\""));
    }

    long position(TopicPartition partition) throws IOException {
        Checkpoint checkpoint = stored(partition).checkpoint();
        return checkpoint == null ? -1 : checkpoint.nextOffset();
    }

    static String content(String key) {
        return direct.getObjectAsBytes(b -> b.bucket(BUCKET).key(key)).asUtf8String();
    }

    static void overwrite(String key, String content) {
        direct.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromString(content));
    }

    static void delete(String key) {
        direct.deleteObject(b -> b.bucket(BUCKET).key(key));
    }

    List<String> memberObjects() {
        return direct.listObjectsV2(b -> b.bucket(BUCKET).prefix(keys.members())).contents().stream()
                .map(object -> keys.memberOf(object.key()))
                .toList();
    }
}
