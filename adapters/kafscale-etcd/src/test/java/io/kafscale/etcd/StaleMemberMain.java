package io.kafscale.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Lease;
import io.kafscale.segment.TopicPartition;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.List;

/** A member in a JVM of its own that does what it is told on standard input, and trusts no clock: only the store can stop it. */
public final class StaleMemberMain {

    private StaleMemberMain() {}

    public static void main(String[] args) throws Exception {
        try (EtcdCheckpointStore store = EtcdCheckpointStore.connect(args[0])) {
            GroupSession session = store.join("warehouse", Duration.parse(args[1]));
            TopicPartition partition = new TopicPartition("orders", 0);
            Lease lease = ((Acquisition.Acquired) session.acquire(partition)).lease();
            System.out.println("acquired");
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            String order;
            while ((order = orders.readLine()) != null) {
                System.out.println(
                        order.equals("commit 99")
                                ? session.commit(List.of(new Commit(lease, Checkpoint.at(99))))
                                : session.release(lease));
            }
        }
    }
}
