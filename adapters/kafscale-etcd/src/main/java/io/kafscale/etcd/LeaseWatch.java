package io.kafscale.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Watches a group's lease keys and passes on that something changed. jetcd resumes a watch after most failures and gives up
 * after others, such as a compaction; what it gave up is begun anew with the next heartbeat, which reads all leases anyway.
 */
final class LeaseWatch implements Watch.Listener {

    private final EtcdClient etcd;
    private final ByteSequence leases;
    private final long ownEtcdLease;
    private volatile @Nullable Runnable hint;
    private volatile boolean watching;
    private Watch.@Nullable Watcher watcher;

    LeaseWatch(EtcdClient etcd, ByteSequence leases, long ownEtcdLease) {
        this.etcd = etcd;
        this.leases = leases;
        this.ownEtcdLease = ownEtcdLease;
    }

    void start(Runnable newHint) {
        hint = newHint;
        keepUp();
    }

    /** Begins to watch, if someone wants it and nothing watches now. */
    synchronized void keepUp() {
        if (hint == null || watching) {
            return;
        }
        watching = true;
        try {
            watcher = etcd.client()
                    .getWatchClient()
                    .watch(leases, WatchOption.builder().isPrefix(true).build(), this);
        } catch (IOException | RuntimeException e) {
            watching = false; // closed at this moment; if it was to be replaced, the next heartbeat tries again
        }
    }

    @Override
    public void onNext(WatchResponse response) {
        Runnable listener = hint;
        if (listener != null && response.getEvents().stream().anyMatch(this::isNews)) {
            listener.run();
        }
    }

    private boolean isNews(WatchEvent event) {
        return event.getEventType() != WatchEvent.EventType.PUT
                || event.getKeyValue().getLease() != ownEtcdLease;
    }

    /** jetcd goes on by itself, or calls {@link #onCompleted} next. */
    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
        watching = false;
    }

    synchronized void close() {
        hint = null;
        if (watcher != null) {
            watcher.close();
        }
    }
}
