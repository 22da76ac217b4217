package io.kafscale.etcd;

import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.FaultProxy;
import io.kafscale.testkit.UnreliableCheckpointStore;
import java.time.Duration;
import java.util.List;

/** Loses answers on the way from etcd, and keeps requests on their way there. */
final class UnreliableEtcd implements UnreliableCheckpointStore {

    private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(1500);

    private final FaultProxy network;
    private final LateDelivery requests = new LateDelivery();
    private final EtcdCheckpointStore store;

    UnreliableEtcd(EtcdServer etcd) {
        network = FaultProxy.to(etcd.port());
        ClientBuilder client = Client.builder()
                .endpoints("http://127.0.0.1:" + network.port())
                .waitForReady(false)
                .retryMaxAttempts(1)
                .interceptors(List.of(new RequestDeadline(REQUEST_TIMEOUT), requests));
        store = new EtcdCheckpointStore(new EtcdClient(client, "etcd behind a proxy", REQUEST_TIMEOUT), null);
        awaitAnswer(); // the first request in a JVM takes longer than those that are to be given up on
    }

    @Override
    public CheckpointStore store() {
        return store;
    }

    @Override
    public void loseAnswers() {
        network.loseReplies();
    }

    @Override
    public void keepRequests() {
        requests.keep();
    }

    @Override
    public void heal() {
        network.heal();
        requests.passOn();
        awaitAnswer();
    }

    @Override
    public void deliverKept() {
        requests.deliverAll();
    }

    @Override
    public void close() {
        store.close();
        network.close();
    }

    private void awaitAnswer() {
        await().ignoreExceptions().until(() -> store.groups() != null);
    }
}
