package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.Client;
import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.segment.TopicPartition;
import io.kafscale.testkit.EtcdServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The brokers live in the same etcd, so what is asked of it is counted. */
class EtcdRequestsTest {

    @Test
    void heartbeatAndCommit_with200Partitions_takeFewRequests() throws Exception {
        RequestCounter counter = new RequestCounter();
        try (EtcdServer etcd = EtcdServer.start()) {
            var client = Client.builder().endpoints(etcd.endpoint()).interceptors(List.of(counter));
            EtcdCheckpointStore store =
                    new EtcdCheckpointStore(new EtcdClient(client, "etcd", Duration.ofSeconds(20)), "processors");
            GroupSession session = store.join("g", Duration.ofSeconds(60));
            assertThat(counter.take()).containsExactly("Txn", "LeaseGrant", "Put");

            List<Commit> commits = new ArrayList<>();
            for (int partition = 0; partition < 200; partition++) {
                var acquired = (Acquisition.Acquired) session.acquire(new TopicPartition("orders", partition));
                commits.add(new Commit(acquired.lease(), Checkpoint.at(partition)));
            }
            assertThat(counter.take()).hasSize(200).containsOnly("Txn");

            assertThat(session.heartbeat().owners()).hasSize(200);
            assertThat(counter.take()).containsExactly("LeaseKeepAlive", "Txn");

            assertThat(session.commit(commits)).hasSize(200).containsOnly(new Outcome.Applied());
            assertThat(counter.take()).containsExactly("Txn", "Txn", "Txn", "Txn", "Txn");
            store.close();
        }
    }
}
