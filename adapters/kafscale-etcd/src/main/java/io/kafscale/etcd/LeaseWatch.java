package io.kafscale.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Watches a group's lease keys and passes on that something changed. jetcd resumes a watch after most failures and gives up
 * after others, such as a compaction; what it gave up is begun anew with the next heartbeat, which reads all leases anyway.
 */
final class LeaseWatch {

    private final EtcdClient etcd;
    private final ByteSequence leases;
    private final long ownEtcdLease;
    private final AtomicReference<@Nullable Subscription> current = new AtomicReference<>();
    private volatile @Nullable Runnable hint;

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
    void keepUp() {
        Subscription next = new Subscription();
        if (hint != null && current.compareAndSet(null, next)) {
            next.begin();
        }
    }

    void close() {
        hint = null;
        Subscription watching = current.get();
        if (watching != null) {
            watching.end();
        }
    }

    private final class Subscription implements Watch.Listener {

        private volatile Watch.@Nullable Watcher watcher;

        void begin() {
            WatchOption allLeases = WatchOption.builder().isPrefix(true).build();
            try {
                watcher = etcd.client().getWatchClient().watch(leases, allLeases, this);
            } catch (IOException | RuntimeException e) {
                onCompleted(); // closed at this moment; if only to be replaced, the next heartbeat tries again
            }
        }

        void end() {
            Watch.Watcher watching = watcher;
            if (watching != null) {
                watching.close();
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

        /** May come twice, and late: it must not end a subscription that followed. */
        @Override
        public void onCompleted() {
            current.compareAndSet(this, null);
        }
    }
}
