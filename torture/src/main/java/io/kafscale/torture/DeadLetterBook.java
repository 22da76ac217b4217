package io.kafscale.torture;

import io.kafscale.processor.DeadLetter;
import io.kafscale.processor.DeadLetters;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The dead letters of a run. Poison must be there with its own content, and nothing else. */
final class DeadLetterBook {

    /** No letters. */
    static final DeadLetterBook EMPTY = new DeadLetterBook(List.of());

    private record Letter(long hash, String why) {}

    /** Of a record that was put aside twice, the first. */
    private final Map<TopicPartition, Map<Long, Letter>> letters = new TreeMap<>();

    DeadLetterBook(List<DeadLetter> all) {
        for (DeadLetter letter : all) {
            letters.computeIfAbsent(letter.partition(), partition -> new TreeMap<>())
                    .putIfAbsent(
                            letter.record().offset(),
                            new Letter(RecordHash.of(letter.partition(), letter.record()), letter.error()));
        }
    }

    /** @throws IOException when the directory is there and cannot be read */
    static DeadLetterBook read(Path directory) throws IOException {
        return Files.exists(directory) ? new DeadLetterBook(DeadLetters.read(directory)) : EMPTY;
    }

    boolean has(TopicPartition partition, long offset) {
        return letters.getOrDefault(partition, Map.of()).containsKey(offset);
    }

    /** How many records of a partition were put aside. */
    int count(TopicPartition partition) {
        return letters.getOrDefault(partition, Map.of()).size();
    }

    int count() {
        return letters.values().stream().mapToInt(Map::size).sum();
    }

    /** What is wrong, for people. That none is missing is seen where records are counted. */
    List<String> check(ProducedLog produced, Traits traits) {
        List<String> violations = new ArrayList<>();
        letters.forEach((partition, ofPartition) -> ofPartition.forEach((offset, letter) -> {
            long hash = produced.hash(partition, offset);
            if (letter.hash() != hash) {
                violations.add("the dead letter of " + partition + " offset " + offset
                        + (hash == 0 ? " was never produced" : " is not what was produced"));
            } else if (!traits.isPoison(hash) || !traits.isWanted(offset)) {
                violations.add(partition + " offset " + offset
                        + " is among the dead letters, though nothing is wrong with" + " it: " + letter.why());
            }
        }));
        return violations;
    }
}
