package io.kafscale.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.kafscale.discovery.TopicCatalog;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches the brokers' keys. Whatever breaks a watch (an outage, a lost leader, a compaction of what it had not yet seen,
 * an etcd that was set back), it begins from scratch: all offsets are read, and watched from that revision on, so that
 * nothing lies between. jetcd's own resuming is not relied on: after a failure it may go on at a revision that it was told
 * of but not yet shown.
 *
 * <p>All its state belongs to one thread, which also calls the listener.
 */
final class BrokerWatch implements AutoCloseable {

    private static final long PAUSE_MILLIS = 1_000;

    private final EtcdClient etcd;
    private final ByteSequence nextOffsets;
    private final Predicate<String> topics;
    private final TopicCatalog.Listener listener;
    private final ExecutorService thread;
    private @Nullable Attempt current;
    private boolean endTold;

    /**
     * A watch, not begun.
     *
     * @param nextOffsets what the keys begin with that are watched
     * @param topics of which changes are told
     */
    BrokerWatch(EtcdClient etcd, ByteSequence nextOffsets, Predicate<String> topics, TopicCatalog.Listener listener) {
        this.etcd = etcd;
        this.nextOffsets = nextOffsets;
        this.topics = topics;
        this.listener = listener;
        this.thread = Executors.newSingleThreadExecutor(body -> {
            Thread daemon = new Thread(body, "kafscale-etcd-catalog");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    void start() {
        onThread(this::begin);
    }

    @Override
    public void close() {
        // What is still told afterwards finds nobody.
        thread.shutdownNow();
    }

    private void begin() {
        Attempt attempt = new Attempt();
        current = attempt;
        try {
            attempt.begin();
        } catch (IOException | RuntimeException e) {
            attempt.failed(e);
        }
    }

    private void onThread(Runnable action) {
        try {
            thread.execute(action);
        } catch (RejectedExecutionException e) {
            // closed at this moment; there is nobody left to tell
        }
    }

    private void tell(KeyValue nextOffset) {
        TopicPartition partition = BrokerKeys.partitionOf(nextOffset.getKey());
        long offset = BrokerKeys.nextOffset(nextOffset.getValue());
        if (partition != null && offset >= 0 && topics.test(partition.topic())) {
            listener.advanced(partition, offset);
        }
    }

    /** One reading and the two watches that follow it. Once one of these breaks, it is over. */
    private final class Attempt {
        private final List<Watch.Watcher> watchers = new ArrayList<>();
        private List<KeyValue> ends = List.of();
        private int watching;

        void begin() throws IOException {
            GetOption all = GetOption.builder().isPrefix(true).build();
            GetResponse found = etcd.call(
                    "reading how far the partitions reach",
                    client -> client.getKVClient().get(nextOffsets, all));
            ends = found.getKvs();
            long from = found.getHeader().getRevision() + 1;
            watch(nextOffsets, true, from, event -> {
                if (event.getEventType() == WatchEvent.EventType.PUT) {
                    tell(event.getKeyValue());
                }
            });
            watch(BrokerKeys.SNAPSHOT, false, from, event -> listener.partitionsChanged());
        }

        private void watch(ByteSequence key, boolean isPrefix, long from, Consumer<WatchEvent> action)
                throws IOException {
            WatchOption option = WatchOption.builder()
                    .isPrefix(isPrefix)
                    .withRevision(from)
                    .withCreateNotify(true)
                    .withRequireLeader(true)
                    .build();
            watchers.add(etcd.client().getWatchClient().watch(key, option, new Subscription(action)));
        }

        private void isWatching() {
            if (++watching == 2) {
                endTold = false;
                listener.began();
                ends.forEach(BrokerWatch.this::tell);
                ends = List.of();
            }
        }

        private void failed(Throwable cause) {
            if (current != this) {
                return;
            }
            current = null;
            watchers.forEach(Watch.Watcher::close);
            if (!endTold) {
                endTold = true;
                listener.ended(
                        cause instanceof IOException
                                ? String.valueOf(cause.getMessage())
                                : "the watch on " + etcd.name() + " broke: " + cause.getMessage());
            }
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS, BrokerWatch.this::onThread)
                    .execute(BrokerWatch.this::begin);
        }

        /** Called by jetcd's threads, at times with its locks held: everything is passed on. */
        private final class Subscription implements Watch.Listener {
            private final Consumer<WatchEvent> action;

            Subscription(Consumer<WatchEvent> action) {
                this.action = action;
            }

            @Override
            public void onNext(WatchResponse response) {
                onThread(() -> {
                    if (current != Attempt.this) {
                        return;
                    }
                    if (response.isCreatedNotify()) {
                        isWatching();
                    }
                    response.getEvents().forEach(action);
                });
            }

            @Override
            public void onError(Throwable error) {
                onThread(() -> failed(error));
            }

            @Override
            public void onCompleted() {
                onThread(() -> failed(new IOException("the watch on " + etcd.name() + " ended")));
            }
        }
    }
}
