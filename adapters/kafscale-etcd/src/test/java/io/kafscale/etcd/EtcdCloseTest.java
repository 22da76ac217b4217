package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafscale.checkpoint.GroupSession;
import io.kafscale.testkit.EtcdServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Counts threads, and so has to be alone. */
@Isolated
class EtcdCloseTest {

    @Test
    void close_leavesNoThreads_andEndsAllCalls() throws Exception {
        try (EtcdServer etcd = EtcdServer.start()) {
            // What earlier tests closed a moment ago has to be gone, or it would hide what is left over here.
            await().until(() -> threads().stream().noneMatch(name -> name.matches("(jetcd|grpc).*")));
            List<String> before = threads();
            EtcdCheckpointStore store = EtcdCheckpointStore.connect(etcd.endpoint());
            GroupSession session = store.join("threads", Duration.ofSeconds(30));
            session.onChange(() -> {});
            session.heartbeat();
            assertThat(threads()).anyMatch(name -> name.startsWith("grpc"));

            store.close();
            store.close();

            // gRPC's own go a moment after the last channel.
            await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
            assertThatThrownBy(session::heartbeat)
                    .hasMessageStartingWith("etcd at " + etcd.endpoint() + " failed")
                    .hasMessageContaining("this store is closed");
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.matches("(awaitility|ForkJoinPool|HttpClient).*")) // the test's own
                .toList();
    }
}
