package io.kafscale.testkit.linearizability;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.ForwardingCheckpointStore;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.Subscription;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A checkpoint store that writes into a file what its members ask for and are answered, and passes everything on unchanged.
 * Each call is noted before it is made, so that of a process that is killed in the middle it is known what it asked. The
 * files of all processes of a host are judged together, by {@link RecordedHistory}.
 *
 * <p>Thread safe.
 */
public final class RecordedCheckpointStore extends ForwardingCheckpointStore {

    private final HistoryFile history;

    private RecordedCheckpointStore(CheckpointStore store, HistoryFile history) {
        super(store);
        this.history = history;
    }

    /**
     * Has the calls to {@code store} written to a new file.
     *
     * @param store closed with this one
     * @param file must not exist
     * @throws IOException when it cannot be made
     */
    public static RecordedCheckpointStore into(Path file, CheckpointStore store) throws IOException {
        return new RecordedCheckpointStore(store, HistoryFile.create(file));
    }

    @Override
    public GroupSession join(String group, Subscription subscription, Duration ttl) throws IOException {
        long invoked = System.nanoTime();
        GroupSession session = super.join(group, subscription, ttl);
        history.alive(session.memberId(), invoked + ttl.toNanos());
        return new RecordedMember(session, ttl, history);
    }

    @Override
    public void close() {
        super.close();
        history.close();
    }
}
