package io.kafscale.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.checkpoint.Acquisition;
import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.Commit;
import io.kafscale.checkpoint.GroupSession;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.checkpoint.Lease;
import io.kafscale.checkpoint.Outcome;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as several processes write them; what does not follow from a real store's answers is written by hand. */
class RecordedHistoryTest {

    private static final TopicPartition ORDERS_0 = new TopicPartition("orders", 0);
    private static final Duration TTL = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final AtomicLong nanoTime = new AtomicLong();
    private final InMemoryCheckpointStore store = new InMemoryCheckpointStore(nanoTime::get);

    @Test
    void twoProcesses_oneTakesOverFromTheOther_isExplained() throws Exception {
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        try (RecordedCheckpointStore first = RecordedCheckpointStore.into(one, store);
                RecordedCheckpointStore second = RecordedCheckpointStore.into(two, store)) {
            GroupSession dying = first.join("group", Duration.ofNanos(1));
            Lease lost = acquire(dying);
            commit(dying, lost, 5);
            nanoTime.addAndGet(TTL.toNanos());
            GroupSession heir = second.join("group", TTL);
            Lease inherited = acquire(heir);
            assertThat(commit(dying, lost, 9)).isInstanceOf(Outcome.Fenced.class);
            commit(heir, inherited, 7);
            assertThat(heir.release(inherited)).isEqualTo(new Outcome.Applied());
        }
        RecordedHistory history = history(one, two);
        assertThat(history.calls()).isEqualTo(6);
        assertThat(history.contradictions()).isEmpty();
    }

    @Test
    void takeoverBeforeTheTtlHasPassed_isFound() throws Exception {
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        try (RecordedCheckpointStore first = RecordedCheckpointStore.into(one, store);
                RecordedCheckpointStore second = RecordedCheckpointStore.into(two, store)) {
            acquire(first.join("group", TTL));
            // The store's own clock runs away.
            nanoTime.addAndGet(2 * TTL.toNanos());
            acquire(second.join("group", TTL));
        }
        assertThat(history(one, two).contradictions())
                .singleElement()
                .asString()
                .contains("the history of orders-0 is not linearizable");
    }

    @Test
    void staleCommitThatWasApplied_isFound() throws Exception {
        Path file = write("""
                alive a 100
                asked 0 10 acquire orders 0 a
                answered 0 20 acquired a 1 -
                asked 1 30 commit orders 0 a a 1 next_offset=5,list_from=0
                answered 1 40 applied
                asked 2 50 release orders 0 a a 1
                answered 2 60 applied
                asked 3 70 commit orders 0 a a 1 next_offset=9,list_from=0
                answered 3 80 applied
                """);
        assertThat(history(file).contradictions()).singleElement().asString().contains("a commits offset 9");
    }

    @Test
    void lineCutOffByAKill_doesNotCount_andItsCallMayHaveTakenEffectOrNot() throws Exception {
        String killed = """
                alive a 100
                asked 0 10 acquire orders 0 a
                answered 0 20 acquired a 1 -
                asked 1 30 commit orders 0 a a 1 next_offset=5,list_from=0
                answ""";
        assertThat(history(write(killed), heir("-")).contradictions()).isEmpty();
        assertThat(history(write(killed), heir("next_offset=5,list_from=0")).contradictions())
                .isEmpty();
        assertThat(history(write(killed), heir("next_offset=6,list_from=0")).contradictions())
                .hasSize(1);
    }

    private Path heir(String found) throws IOException {
        return write("""
                alive b 1000
                asked 0 500 acquire orders 0 b
                answered 0 600 acquired b 2 %s
                """.formatted(found));
    }

    private Path write(String lines) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "history", ""), lines);
    }

    private static RecordedHistory history(Path... files) throws IOException {
        RecordedHistory history = new RecordedHistory(Duration.ofSeconds(1));
        for (Path file : files) {
            history.add(file, System.nanoTime());
        }
        return history;
    }

    private static Lease acquire(GroupSession session) {
        return ((Acquisition.Acquired) session.acquire(ORDERS_0)).lease();
    }

    private static Outcome commit(GroupSession session, Lease lease, long offset) {
        return session.commit(List.of(new Commit(lease, Checkpoint.at(offset)))).get(0);
    }
}
