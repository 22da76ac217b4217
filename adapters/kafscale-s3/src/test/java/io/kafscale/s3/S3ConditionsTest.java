package io.kafscale.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.S3Proxy.Fault;
import io.kafscale.testkit.S3Proxy.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;

/** What the store needs of S3, and what it asks of it: every request costs money. */
class S3ConditionsTest extends CheckpointFixture {

    @Test
    void join_whereConditionsAreIgnored_isRefusedAndSaysWhere() {
        fault(Fault.UNCONDITIONAL, request -> true);

        assertThatThrownBy(this::join)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the store at " + proxy.endpoint()
                        + " does not honour If-None-Match: * on PUT (tried on s3://" + BUCKET + "/" + keys.members())
                .hasMessageContaining("two workers could own one partition");
        assertThat(memberObjects()).isEmpty();
    }

    /** Amazon S3 itself had only If-None-Match for three months of 2024, and copies of it still may. */
    @Test
    void join_whereOnlyIfMatchIsIgnored_isRefused() {
        List<Request> puts = new ArrayList<>();
        proxy.faults(request -> {
            if (any("PUT").test(request)) {
                puts.add(request);
            }
            return puts.size() == 3 ? Fault.UNCONDITIONAL : Fault.NONE;
        });

        assertThatThrownBy(this::join)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not honour If-Match on PUT");
        assertThat(memberObjects()).isEmpty();
    }

    @Test
    void join_whereTheProofFails_isNotTakenForARefusal() {
        List<Request> puts = new ArrayList<>();
        proxy.faults(request -> {
            if (any("PUT").test(request)) {
                puts.add(request);
            }
            return puts.size() == 2 ? Fault.UNAVAILABLE : Fault.NONE;
        });

        assertThatThrownBy(this::join)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the store is throttling or unavailable");
    }

    @Test
    void heartbeatAndCommit_with200Partitions_takeAsFewRequestsAsTheyCan() throws Exception {
        GroupSession other = join();
        GroupSession session = join();
        List<Commit> commits = new ArrayList<>();
        for (int partition = 0; partition < 200; partition++) {
            commits.add(new Commit(lease(session, new TopicPartition("orders", partition)), Checkpoint.at(partition)));
        }
        session.heartbeat();
        requests();

        assertThat(session.heartbeat().owners()).hasSize(200);
        assertThat(requests()).as("nobody else has changed").containsExactly("PUT", "LIST");
        other.heartbeat();
        requests();
        session.heartbeat();
        assertThat(requests()).as("one other member has changed").containsExactly("PUT", "LIST", "GET");

        assertThat(session.commit(commits)).hasSize(200).containsOnly(APPLIED);
        assertThat(requests()).hasSize(200).containsOnly("PUT");
    }

    @Test
    void joinAcquireReleaseLeave_takeThisManyRequests() throws Exception {
        GroupSession session = join();
        assertThat(requests()).as("the object, and two proofs").containsExactly("PUT", "PUT", "PUT");

        var first = lease(session, ORDERS_0);
        assertThat(requests()).as("the first time ever").containsExactly("GET", "GET", "PUT", "PUT");
        session.release(first);
        assertThat(requests()).as("the partition, and the announcement").containsExactly("PUT", "PUT");
        var second = lease(session, ORDERS_0);
        assertThat(requests()).containsExactly("GET", "PUT", "PUT");
        session.acquire(ORDERS_0);
        assertThat(requests()).as("adopted").containsExactly("GET");
        session.release(second);
        requests();
        session.leave();
        assertThat(requests()).containsExactly("DELETE");
    }

    @Test
    void acquisitionsAtTheSameTime_areAnnouncedTogether() throws Exception {
        GroupSession session = join();
        requests();
        List<Integer> partitions = new ArrayList<>();
        for (int partition = 0; partition < 32; partition++) {
            partitions.add(partition);
        }
        try (Parallel parallel = new Parallel()) {
            parallel.map(partitions, partition -> lease(session, new TopicPartition("orders", partition)));
        }

        long announcements = proxy.takeRequests().stream().filter(put(session)).count();
        assertThat(announcements).isBetween(1L, 31L);
        assertThat(join().heartbeat().owners()).hasSize(32);
    }

    /** Its retries would send a write again when nobody knows any more what it was to replace, and hold up the heartbeat. */
    @Test
    void clientThatRetries_doesSoWhenItReads_andNotWhenItWrites() throws Exception {
        try (S3Client retrying = TestClients.builder(proxy.endpoint())
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.standardStrategyBuilder()
                        .maxAttempts(3)
                        .build()))
                .build()) {
            ConditionalObjects objects = new ConditionalObjects(retrying, BUCKET, Duration.ofSeconds(5));
            fault(Fault.UNAVAILABLE, request -> true);

            assertThatThrownBy(() -> objects.write(keys.partition(ORDERS_0), "{}", null))
                    .isInstanceOf(IOException.class);

            assertThat(requests()).containsExactly("PUT", "GET", "GET", "GET");
        }
    }

    @Test
    void bucketThatIsNotThere_isNamed() {
        S3CheckpointStore elsewhere = S3CheckpointStore.create(client, "no-such-bucket");
        assertThatThrownBy(() -> elsewhere.join(group, TTL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no bucket no-such-bucket; check its name and the client's endpoint");
        elsewhere.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/checkpoints", "checkpoints/"})
    void prefix_thatIsNone_isRefusedAtOnce(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3CheckpointStore.create(client, BUCKET, prefix))
                .withMessageContaining("is no key prefix");
    }

    @Test
    void namesAndTtls_thatMakeNoSense_areRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> S3CheckpointStore.create(client, "s3://bucket"));
        assertThatIllegalArgumentException().isThrownBy(() -> store.join("a/b", TTL));
        assertThatIllegalArgumentException().isThrownBy(() -> store.join("", TTL));
        assertThatIllegalArgumentException().isThrownBy(() -> store.join(group, Duration.ZERO));
        assertThat(store.describe()).isEqualTo("s3://" + BUCKET + "/" + PREFIX + " at " + proxy.endpoint());
    }

    private List<String> requests() {
        return proxy.takeRequests().stream().map(Request::method).toList();
    }
}
