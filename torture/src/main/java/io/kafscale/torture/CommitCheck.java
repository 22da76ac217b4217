package io.kafscale.torture;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.checkpoint.GroupState;
import io.kafscale.checkpoint.LossLedger;
import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks what was committed: it never fell, was never ahead of what sinks had confirmed of what was due to them, and in the end
 * is the end of each log, with nothing counted as lost but the dead letters, and no partition owned.
 */
final class CommitCheck {

    private CommitCheck() {}

    /** What is wrong, for people, with what was seen in the course of time. */
    static List<String> check(
            List<CommitWatch.Sight> seen, Map<TopicPartition, List<Dispatch>> dispatches, DueRecords due) {
        List<String> violations = new ArrayList<>();
        Map<TopicPartition, Checkpoint> latest = new HashMap<>();
        for (CommitWatch.Sight sight : seen) {
            TopicPartition partition = sight.partition();
            long offset = sight.checkpoint().nextOffset();
            Checkpoint before = latest.put(partition, sight.checkpoint());
            if (before != null
                    && (offset < before.nextOffset() || sight.checkpoint().epoch() < before.epoch())) {
                violations.add("the checkpoint of " + partition + " fell from offset " + before.nextOffset()
                        + " of epoch " + before.epoch() + " to " + offset + " of epoch "
                        + sight.checkpoint().epoch());
            }
            long confirmed = DispatchCheck.confirmed(
                    dispatches.getOrDefault(partition, List.of()),
                    sight.nanos(),
                    sight.checkpoint().epoch());
            if (due.firstDue(partition, confirmed, offset) < offset) {
                violations.add("offset " + offset + " of " + partition + " was committed when sinks had confirmed "
                        + confirmed);
            }
        }
        return violations;
    }

    /** What is wrong, for people, with what is left when all workers have ended in good order. */
    static List<String> checkEnd(GroupState state, ProducedLog produced, DeadLetterBook letters) {
        List<String> violations = new ArrayList<>();
        for (TopicPartition partition : produced.partitions()) {
            Checkpoint checkpoint = state.checkpoints().get(partition);
            long end = produced.end(partition);
            if (checkpoint == null || checkpoint.nextOffset() != end) {
                violations.add(partition + " ends at offset " + end + ", but "
                        + (checkpoint == null ? "nothing" : checkpoint.nextOffset()) + " is committed");
            } else if (!checkpoint.losses().equals(expected(letters.count(partition)))) {
                violations.add(partition + " counts losses where there were none but " + letters.count(partition)
                        + " dead letters: " + checkpoint.losses());
            }
        }
        state.view()
                .owners()
                .values()
                .forEach(lease -> violations.add(lease.partition() + " was not given back by " + lease.memberId()));
        return violations;
    }

    private static LossLedger expected(int deadLetters) {
        return new LossLedger(0, 0, 0, 0, 0, deadLetters);
    }
}
