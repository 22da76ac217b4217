package io.kafscale.etcd;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.CheckpointStoreContract;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.UnreliableCheckpointStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The contract, against a real etcd and in real time. */
@Execution(ExecutionMode.CONCURRENT)
class EtcdCheckpointStoreTest extends CheckpointStoreContract {

    private static EtcdServer etcd;
    private static EtcdCheckpointStore store;
    private static RawEtcd raw;

    @BeforeAll
    static void start() {
        etcd = EtcdServer.start();
        store = EtcdCheckpointStore.connect(etcd.endpoint());
        raw = new RawEtcd(etcd.endpoint());
    }

    @AfterAll
    static void stop() {
        raw.close();
        store.close();
        etcd.close();
    }

    @Override
    protected CheckpointStore store() {
        return store;
    }

    @Override
    protected Duration ttl() {
        return Duration.ofSeconds(2); // etcd grants none below
    }

    @Override
    protected boolean givesHints() {
        return true;
    }

    @Override
    protected void letTimePass() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }

    @Override
    protected UnreliableCheckpointStore unreliableStore() {
        return new UnreliableEtcd(etcd);
    }

    @Override
    protected Optional<ForeignWriter> foreignWriter() {
        return Optional.of(new ForeignWriter() {
            @Override
            public void write(String group, TopicPartition partition, long nextOffset) throws Exception {
                raw.put(
                        key(group, "offsets", partition),
                        "{\"offset\":" + (nextOffset - 1)
                                + ",\"last_timestamp_ms\":1767225600000,\"updated_at\":1767225600000}");
            }

            @Override
            public void deleteCheckpoint(String group, TopicPartition partition) throws Exception {
                raw.delete(key(group, "offsets", partition));
            }

            @Override
            public void deleteLease(String group, TopicPartition partition) throws Exception {
                raw.delete(key(group, "leases", partition));
            }

            private String key(String group, String kind, TopicPartition partition) {
                return "kafscale/" + group + "/" + kind + "/" + partition.topic() + "/" + partition.partition();
            }
        });
    }
}
